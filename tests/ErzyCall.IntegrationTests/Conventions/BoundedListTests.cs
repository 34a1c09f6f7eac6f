using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>
/// A page costs what is on it, and not what its filters leave out: for every filter of every paged list, and every pair of filters, the very
/// statements of the list are run and the rows counted that they look at. They run over rows of which nearly all have one value and the oldest
/// few another, and of which another organization has the other way round.
/// </summary>
public sealed class BoundedListTests(TestRun run)
{
    private const int Rows = 10_000;

    /// <summary>
    /// The newest thousand, which tell whether a tag is frequent, and as many out of the index over tags; or the first stretches of two filters.
    /// Whoever reads a list, or an index, whole reads twice as many.
    /// </summary>
    private const int Bound = Rows / 2;

    /// <summary>Not bounded yet: a search for a word that few contacts or cases have.</summary>
    private static readonly string[] s_unbounded = ["/contacts?search=rare", "/contacts?search=absent", "/cases?search=rare", "/cases?search=absent"];

    [Fact]
    public async Task No_filter_and_no_pair_of_filters_reads_what_it_leaves_out()
    {
        var recorder = new CommandRecorder();
        await using var server = await run.StartServerAsync(
            new TestServerOptions { Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder)) });
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        var ids = await FillAsync(tenant, usual: "usual", rare: "rare", named: "");
        await FillAsync(other, usual: "rare", rare: "usual", named: "another ");
        await server.ExecuteSqlAsync("ANALYZE");

        var unbounded = new List<string>();
        foreach (var path in await PathsAsync(server, ids))
        {
            recorder.Commands.Clear();

            // Not by the client that holds answers against the document: the events here have no data.
            using var answer = await tenant.Api.Http.GetAsync(new Uri($"/api/v1{path}", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.True(
                answer.StatusCode == HttpStatusCode.OK,
                $"{path} is answered {answer.StatusCode} after\n{string.Join('\n', recorder.Commands.Select(command => command.Sql))}");
            var (read, plans) = (0L, new List<string>());
            foreach (var command in recorder.Commands.Where(command => command.Sql.Contains("SELECT", StringComparison.Ordinal)).ToList())
            {
                var rows = await command.RowsReadAsync(server);
                read += rows;
                plans.Add($"{rows} by\n{command.Sql}\n{(rows > Bound / 4 ? string.Join('\n', await command.ExplainAsync(server)) : "")}");
            }

            if (read > Bound)
            {
                unbounded.Add($"{path} looks at {read} rows, {string.Join('\n', plans)}");
            }
        }

        Assert.True(unbounded.Count == 0, string.Join("\n\n", unbounded));
    }

    /// <summary>Every paged list of the API's document: alone, with each of its filters, and with each two.</summary>
    private static async Task<List<string>> PathsAsync(TestServer server, FilledIds ids)
    {
        var values = ValuesOf(ids);
        var lists = (await server.DocumentedAsync()).Document.GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.TryGetProperty("get", out _))
            .Select(path => (Path: path.Name["/api/v1".Length..], Parameters: ParametersOf(path.Value.GetProperty("get"))))
            .Where(list => list.Parameters.Contains("limit") && (list.Parameters.Contains("cursor") || list.Parameters.Contains("after")))
            .ToList();
        Assert.Contains(lists, list => list.Path == "/calls");
        var paths = new List<string>();
        foreach (var (path, parameters) in lists)
        {
            var filled = path
                .Replace("{webhookEndpointId}", ids.Endpoint, StringComparison.Ordinal)
                .Replace("{conversationId}", ids.Conversation, StringComparison.Ordinal);
            var filters = parameters.Except(["limit", "cursor", "after"]).SelectMany(name =>
            {
                var known = values.Where(filter => filter.Name == $"{path} {name}").ToList();
                Assert.True(known.Count > 0, $"Name in {nameof(ValuesOf)} what is usual, rare and absent for the filter {name} of {path}.");
                return known.Select(filter => filter.Queries);
            }).ToList();
            var pairs = filters.SelectMany((filter, n) =>
                filters.Skip(n + 1).SelectMany(other => filter.SelectMany(one => other.Select(two => $"{one}&{two}"))));
            paths.AddRange([filled, .. filters.SelectMany(filter => filter).Concat(pairs).Select(query => $"{filled}?{query}")]);
        }

        Assert.All(s_unbounded, path => Assert.Contains(path, paths));
        return [.. paths.Where(path => !s_unbounded.Any(unbounded => path.StartsWith(unbounded, StringComparison.Ordinal)))];

        static List<string> ParametersOf(JsonElement operation) => operation.TryGetProperty("parameters", out var parameters)
            ? [.. parameters.EnumerateArray()
                .Where(parameter => parameter.GetProperty("in").GetString() == "query")
                .Select(parameter => parameter.GetProperty("name").GetString()!)]
            : [];
    }

    /// <summary>What is asked of each filter: what nearly all rows have, what the oldest few have, what none has, and halves.</summary>
    private static List<(string Name, string[] Queries)> ValuesOf(FilledIds ids) =>
    [
        ("/calls status", ["status=ended", "status=error", "status=new"]),
        ("/calls direction", ["direction=outbound", "direction=inbound"]),
        ("/calls contactId", [$"contactId={ids.Contacts[0]}", $"contactId={ids.Contacts[1]}", $"contactId={ids.Contacts[2]}"]),
        ("/calls caseId", [$"caseId={ids.Cases[0]}", $"caseId={ids.Cases[1]}", $"caseId={ids.Cases[2]}"]),
        ("/calls from", [$"from={At(ids.Oldest.AddYears(-1))}", $"from={At(ids.Oldest.AddYears(1))}"]),
        ("/calls to", [$"to={At(ids.Oldest.AddYears(1))}", $"to={At(ids.Oldest.AddYears(-1))}", $"to={At(ids.Oldest.AddSeconds(3))}"]),
        ("/calls phone", [$"phone={Uri.EscapeDataString(Tenant.From)}", "phone=%2B14155550001", "phone=%2B14155550000"]),
        ("/calls endedReason", Each("endedReason={0}")),
        ("/calls metadata", Each("metadata[of]={0}")),
        ("/calls metadata", ["metadata[half]=new", "metadata[half]=old"]),
        ("/contacts search", Each("search={0}")),
        ("/contacts groupId", [$"groupId={ids.Group}"]),
        ("/contacts tags", ["tags=usual", "tags=rare", "tags=absent", "tags=usual,rare", "tags=rare,absent"]),
        ("/cases search", Each("search={0}")),
        ("/do-not-call phone", ["phone=%2B12000000001", "phone=%2B14155550000"]),
        ("/webhooks/{webhookEndpointId}/deliveries status", ["status=delivered", "status=failed", "status=pending"]),
        ("/webhooks/{webhookEndpointId}/deliveries event", ["event=call.ended", "event=call.failed", "event=call.started"]),
        ("/whatsapp/conversations status", ["status=active", "status=closed", "status=handed_off"]),
    ];

    private static string At(DateTimeOffset time) => Uri.EscapeDataString($"{time:O}");

    private static string[] Each(string query) => [.. ((string[])["usual", "rare", "absent"]).Select(value => string.Format(null, query, value))];

    /// <summary>One of everything a second; the three oldest are rare.</summary>
    /// <param name="named">What all titles begin with; empty: with their values. A word is looked for in the titles of all organizations
    /// together.</param>
    private static async Task<FilledIds> FillAsync(Tenant tenant, string usual, string rare, string named)
    {
        var organization = tenant.Organization.Id.Value;
        var account = await tenant.ConnectAsync();
        var endpoint = await tenant.CreateAsync("/webhooks", new { url = "https://example.com/hooks", events = new[] { "call.ended" } });
        var group = await tenant.CreateAsync("/contact-groups", new { name = "All" });
        var now = tenant.Now;
        var contacts = new List<Id<Contact>>();
        var cases = new List<Id<Case>>();
        for (var n = 0; n < 3; n++)
        {
            contacts.Add((await tenant.AddAsync(tenant.NewContact("Ada", $"+1415555010{n}"))).Id);
            cases.Add((await tenant.AddAsync(tenant.NewCase("Prompt"))).Id);
        }

        var call = Id<Call>.Parse(await tenant.PlaceCallAsync("+14155550002")).Value;
        var value = $"CASE WHEN n > {Rows - 3} THEN '{rare}' ELSE '{usual}' END";
        var name = named.Length > 0 ? $"'{named}'" : value;
        var at = $"'{now:O}'::timestamptz - make_interval(secs => n)";
        var series = $"FROM generate_series(1, {Rows}) AS n";
        await tenant.Server.ExecuteSqlAsync(
            $$"""
              INSERT INTO contacts (id, organization_id, title, phone, canonical_number, number_turn, tags, custom_fields, created_at, updated_at)
              SELECT gen_random_uuid(), '{{organization}}', {{name}} || ' contact ' || n, '+1' || (2000000000 + n), '+1' || (2000000000 + n), 0,
                ARRAY[{{value}}, 't' || n % 7], '{}', {{at}}, {{at}} {{series}};
              INSERT INTO contact_group_members (group_id, contact_id, contact_created_at)
              SELECT '{{Id<ContactGroup>.Parse(group).Value}}', id, created_at FROM contacts WHERE organization_id = '{{organization}}';
              INSERT INTO do_not_call_entries (id, organization_id, phone, canonical_number, source, at)
              SELECT gen_random_uuid(), organization_id, phone, canonical_number, 'import', created_at FROM contacts WHERE organization_id = '{{organization}}';
              INSERT INTO cases (id, organization_id, title, status, prompt, variables, tool_ids, keyterms, tags, created_at, updated_at)
              SELECT gen_random_uuid(), '{{organization}}', {{name}} || ' case ' || n, 'open', 'Be kind', '[]', ARRAY[]::text[], ARRAY[]::text[],
                ARRAY[]::text[], {{at}}, {{at}} {{series}};
              INSERT INTO calls (id, organization_id, status, "to", canonical_to, "from", contact_id, case_id, first_message, variable_values,
                metadata, script_hash, due_at, deadline_at, carrier, started_at,
                ended_at, ended_reason, fault, retryable, transcript, created_at, updated_at)
              SELECT gen_random_uuid(), organization_id, CASE WHEN n > {{Rows - 3}} THEN 'error' ELSE 'ended' END,
                CASE WHEN n > {{Rows - 3}} THEN '+14155550001' ELSE '+1' || (2000000000 + n) END, '+1' || (2000000000 + n), "from",
                CASE WHEN n > {{Rows - 3}} THEN '{{contacts[1].Value}}' ELSE '{{contacts[0].Value}}' END::uuid, CASE WHEN n > {{Rows - 3}}
                  THEN '{{cases[1].Value}}' WHEN n <= {{Rows / 2}} THEN '{{cases[0].Value}}' END::uuid,
                first_message, '{}', json_build_object('of', {{value}}, 'n', n::text, 'half', CASE WHEN n <= {{Rows / 2}} THEN 'new' ELSE 'old' END),
                script_hash, {{at}}, {{at}}, 'simulator', {{at}}, {{at}}, {{value}}, 'none', false, '[]', {{at}}, {{at}}
              FROM calls, generate_series(1, {{Rows}}) AS n WHERE id = '{{call}}';
              INSERT INTO conversations (id, organization_id, account_id, status, wa_user_phone, canonical_number, last_message_at, created_at)
              SELECT gen_random_uuid(), '{{organization}}', '{{account.Id.Value}}', CASE WHEN n > {{Rows - 3}} THEN 'closed' ELSE 'active' END,
                '+1' || (2000000000 + n), '+1' || (2000000000 + n), {{at}}, {{at}} {{series}};
              INSERT INTO events (id, organization_id, type, resource_id, data, created_at, is_private, sequence)
              SELECT gen_random_uuid(), '{{organization}}', CASE WHEN n > {{Rows - 3}} THEN 'call.failed' ELSE 'call.ended' END, gen_random_uuid(),
                '{}', {{at}}, false, n {{series}};
              INSERT INTO webhook_deliveries (id, organization_id, endpoint_id, event_id, event, resource_id, position, status, attempts, failures, created_at)
              SELECT gen_random_uuid(), organization_id, '{{Id<WebhookEndpoint>.Parse(endpoint).Value}}', id, type, resource_id, position,
                CASE WHEN type = 'call.failed' THEN 'failed' ELSE 'delivered' END, '[]', 0, created_at
              FROM events WHERE organization_id = '{{organization}}' AND sequence IS NOT NULL;
              """.Replace("{}", "{{}}", StringComparison.Ordinal));
        return new FilledIds(
            endpoint,
            group,
            await tenant.Server.InDatabaseAsync(
                async db => (await db.Conversations.FirstAsync(row => row.OrganizationId == tenant.Organization.Id)).Id.ToString()),
            [.. contacts.Select(id => id.ToString())],
            [.. cases.Select(id => id.ToString())],
            now.AddSeconds(-Rows));
    }

    /// <param name="Contacts">The contact of nearly all calls, that of the oldest few, and that of none.</param>
    /// <param name="Cases">The case of the newest half of the calls, that of the oldest few, and that of none.</param>
    /// <param name="Oldest">When the oldest row was created.</param>
    private sealed record FilledIds(
        string Endpoint,
        string Group,
        string Conversation,
        IReadOnlyList<string> Contacts,
        IReadOnlyList<string> Cases,
        DateTimeOffset Oldest);
}
