using System.Net;
using CsCheck;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Calls;

/// <summary>
/// Any filters together, read page by page to the end, list what a plain look at every call would: over calls of which many are of one moment,
/// with values that are frequent, rare, of one part of the time only, and never met together.
/// </summary>
public sealed class FilteredCallsTests(TestRun run)
{
    /// <summary>More than the first stretches of a list have.</summary>
    private const int Calls = 4_000;

    [Fact]
    public async Task Any_filters_list_what_passes_them_all()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        var calls = await FillAsync(tenant);
        Assert.Equal(Calls + 1, calls.Count);
        var time = calls[Calls / 2].CreatedAt;

        // Two entries may have one digest: the index then leads to calls that have another entry, or to none.
        await server.ExecuteSqlAsync(
            $"""
             INSERT INTO call_metadata_entries (digest, created_at, call_id)
             SELECT call_metadata_digest(organization_id, key, value), created_at, gen_random_uuid()
             FROM calls CROSS JOIN (VALUES ('nearly', '1'), ('half', 'new'), ('tenth', '3'), ('fourth', 'yes')) AS entry (key, value)
             WHERE organization_id = '{tenant.Organization.Id.Value}' AND random() < 0.2
             """);

        var filter = Gen.OneOf(
            Gen.OneOf(CallStatus.Ended, CallStatus.Cancelled, CallStatus.Error, CallStatus.Scheduled).Select(status => new Filter($"status={status}", call => call.Status == status)),
            Gen.OneOf(calls.Select(call => call.ContactId).OfType<Id<Api.Features.Contacts.Contact>>().Distinct().ToArray()).Select(contact => new Filter($"contactId={contact}", call => call.ContactId == contact)),
            Gen.OneOf(calls.Select(call => call.CaseId).OfType<Id<Api.Features.Cases.Case>>().Distinct().ToArray()).Select(which => new Filter($"caseId={which}", call => call.CaseId == which)),
            Gen.OneOf("+12000000000", "+12000000001", "+12000000002", "+12000000009", Tenant.From).Select(phone => new Filter($"phone={Uri.EscapeDataString(phone)}", call => call.To == phone || call.From == phone)),
            Gen.OneOf("voicemail", "customer-busy", "old", "none").Select(reason => new Filter($"endedReason={reason}", call => call.EndedReason == reason)),
            Gen.Const(new Filter($"from={Uri.EscapeDataString($"{time:O}")}", call => call.CreatedAt >= time)),
            Gen.Const(new Filter($"to={Uri.EscapeDataString($"{time:O}")}", call => call.CreatedAt < time)),
            Metadata("tenth", "3", "4", "5"),
            Metadata("half", "old", "new", "no"),
            Metadata("nearly", "1", "no"));
        await Gen.Select(filter.Array[0, 4], Gen.OneOf(17, 100)).SampleAsync(
            sample => ListAsync(sample.Item1, sample.Item2),
            iter: Iterations.Usually(15),
            threads: 1,
            print: sample => $"{string.Join('&', sample.Item1.Select(one => one.Query))} by {sample.Item2}");

        // Both are frequent and have little in common, so one page needs several stretches.
        await ListAsync([Has("fourth", "yes"), Has("odd", "nearly")], 100);

        async Task ListAsync(Filter[] filters, int size)
        {
            // Of two filters of one name the later one would count, or the server would refuse them.
            filters = [.. filters.DistinctBy(one => one.Query.Split('=')[0])];
            var passing = calls.Where(call => filters.All(one => one.Passes(call))).ToList();
            size = passing.Count > 500 ? 100 : size;
            var listed = new List<string>();
            for (string? cursor = ""; cursor is not null;)
            {
                var query = string.Join('&', [.. filters.Select(one => one.Query), $"limit={size}", .. cursor.Length > 0 ? [$"cursor={cursor}"] : Array.Empty<string>()]);
                var page = (await tenant.Api.GetAsync($"/calls?{query}")).ShouldBe(HttpStatusCode.OK);
                listed.AddRange(page.Data.EnumerateArray().Select(call => call.GetProperty("id").GetString()!));
                cursor = page.Json.GetProperty("pagination").GetProperty("cursor").GetString();
                Assert.True(cursor is null || page.Data.GetArrayLength() == size, "Only the last page is short.");
            }

            Assert.Equal(passing.Select(call => call.Id.ToString()), listed);
        }

        static Gen<Filter> Metadata(string key, params string[] values) =>
            Gen.OneOf(values).Select(value => Has(key, value));

        static Filter Has(string key, string value) =>
            new($"metadata[{key}]={value}", call => call.Metadata.TryGetValue(key, out var held) && held == value);
    }

    [Fact]
    public async Task What_a_deleted_call_had_is_forgotten_with_it_and_what_a_changed_one_has_is_found()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var id = (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, metadata = new { a = "1", b = "2" } })).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString()!;
        var row = Id<Call>.Parse(id).Value;
        Assert.Equal(2, await EntriesAsync());

        await tenant.Server.ExecuteSqlAsync($"UPDATE calls SET metadata = json_build_object('a', '3') WHERE id = '{row}'");

        Assert.Equal(1, await EntriesAsync());
        Assert.Single((await tenant.Api.GetAsync("/calls?metadata[a]=3")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());
        Assert.Empty((await tenant.Api.GetAsync("/calls?metadata[a]=1")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());

        await tenant.Server.ExecuteSqlAsync($"DELETE FROM calls WHERE id = '{row}'");

        Assert.Equal(0, await EntriesAsync());

        Task<int> EntriesAsync() => tenant.Server.InDatabaseAsync(db => db.CallMetadataEntries.CountAsync(entry => entry.CallId == new Id<Call>(row)));
    }

    [Fact]
    public async Task Calls_of_before_there_were_entries_are_found_once_they_are_brought_over()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        await FillAsync(tenant);
        var there = await server.InDatabaseAsync(db => db.CallMetadataEntries.CountAsync());
        await server.ExecuteSqlAsync("TRUNCATE call_metadata_entries");
        var call = (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, metadata = new { half = "no" } })).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString();

        // It may be interrupted and run again.
        for (var n = 0; n < 2; n++)
        {
            await server.InDatabaseAsync(async db =>
            {
                await new BringCallMetadataOver(db).RunAsync(TestContext.Current.CancellationToken);
                return 0;
            });
            Assert.Equal(there + 1, await server.InDatabaseAsync(db => db.CallMetadataEntries.CountAsync()));
        }

        Assert.Equal([call], (await tenant.Api.GetAsync("/calls?metadata[half]=no")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray().Select(listed => listed.GetProperty("id").GetString()));
    }

    /// <summary>Makes the calls, five of each millisecond; those of the organization in the order of the list.</summary>
    private static async Task<List<Call>> FillAsync(Tenant tenant)
    {
        var (contact, other, script) = (await tenant.CreateContactAsync(), await tenant.AddAsync(tenant.NewContact("Bob", "+14155550101")), await tenant.AddAsync(tenant.NewCase("Prompt")));
        var first = Id<Call>.Parse((await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From, scheduledAt = tenant.Now.AddDays(1) })).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString()!).Value;
        await tenant.Server.ExecuteSqlAsync(
            $$"""
              SELECT setseed(0.3);
              INSERT INTO calls (id, organization_id, status, "to", canonical_to, "from", contact_id, case_id, first_message, variable_values,
                metadata, script_hash, due_at, deadline_at, carrier, started_at,
                ended_at, ended_reason, fault, retryable, transcript, created_at, updated_at)
              SELECT gen_random_uuid(), organization_id, CASE WHEN random() < 0.1 THEN 'cancelled' WHEN n > {{Calls * 9 / 10}} THEN 'error' ELSE 'ended' END,
                CASE n % 100 WHEN 0 THEN '{{Tenant.From}}' ELSE '+1200000000' || n % 3 END, '+12000000000', CASE WHEN n % 50 = 0
                  THEN '+12000000001' ELSE "from" END,
                CASE WHEN n % 10 = 0 THEN '{{Id<Api.Features.Contacts.Contact>.Parse(contact).Value}}'::uuid WHEN n < 30 THEN '{{other.Id.Value}}'::uuid END,
                CASE WHEN n < {{Calls / 3}} THEN '{{script.Id.Value}}'::uuid END, first_message, json_build_object(),
                json_build_object('tenth', (n % 10)::text, 'half', CASE WHEN n > {{Calls / 2}} THEN 'old' ELSE 'new' END, 'nearly',
                  CASE WHEN n > {{Calls - 2}} THEN 'no' ELSE '1' END, 'fourth', CASE WHEN n % 4 = 0 THEN 'yes' ELSE 'no' END,
                  'odd', CASE WHEN n % 2 = 1 OR n % 100 = 0 THEN 'nearly' ELSE 'no' END),
                script_hash, at, at, 'simulator', at, at, CASE WHEN n > {{Calls - 20}} THEN 'old' WHEN n % 20 = 0 THEN 'voicemail' ELSE 'customer-busy' END, 'none', false, json_build_array(), at, at
              FROM calls, generate_series(1, {{Calls}}) AS n, LATERAL (SELECT calls.created_at - make_interval(secs => (n / 5) * 0.001) AS at) AS moment WHERE id = '{{first}}';
              """);
        return await tenant.Server.InDatabaseAsync(async db =>
        {
            var calls = await db.Calls.AsNoTracking().Where(call => call.OrganizationId == tenant.Organization.Id).ToListAsync();
            return calls.OrderByDescending(call => call.CreatedAt).ThenByDescending(call => call.Id.Value).ToList();
        });
    }

    private sealed record Filter(string Query, Func<Call, bool> Passes);
}
