using System.Net;
using ErzyCall.Api.Commands;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.Contacts;

/// <summary>Over a large table every list and search reads from an index: the plans of the very statements that the routes send.</summary>
public sealed class ContactPlansTests(TestRun run)
{
    private const int Contacts = 40_000;

    [Fact]
    public async Task No_list_and_no_search_reads_the_whole_table()
    {
        var recorder = new CommandRecorder();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = await run.CreateDatabaseAsync(),
            Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder)),
        });
        var tenant = await server.CreateTenantAsync();
        await server.InDatabaseAsync(async db =>
        {
            await BulkData.AddContactsAsync(db, tenant.Organization.Id, Contacts, tenant.Now, TestContext.Current.CancellationToken);
            return await db.Database.ExecuteSqlAsync($"INSERT INTO do_not_call_entries (id, organization_id, phone, canonical_number, source, at) SELECT id, organization_id, phone, canonical_number, 'import', created_at FROM contacts");
        });
        await server.ExecuteSqlAsync("UPDATE contacts SET title = title || '!!!' WHERE phone LIKE '%777'");
        await server.ExecuteSqlAsync("ANALYZE contacts, do_not_call_entries");
        var groups = (await tenant.Api.GetAsync("/contact-groups")).Data.EnumerateArray().ToDictionary(found => found.GetProperty("name").GetString()!, found => found.GetProperty("id").GetString());
        var (half, few) = (groups["Every second contact"], groups["Every thousandth contact"]);
        var cursor = (await tenant.Api.GetAsync("/contacts?limit=100")).Json.GetProperty("pagination").GetProperty("cursor").GetString();

        string[] paths =
        [
            "/contacts", $"/contacts?cursor={cursor}", "/contacts?search=joh", "/contacts?search=lovelace123", "/contacts?search=000123", "/contacts?search=zzyzx", "/contacts?search=ada.l",
            "/contacts?search=!!!", "/contacts?search=wow!", "/contacts?search=a!!", "/contacts?search=!ad", "/contacts?search=ad!", "/contacts?search=%20-%20",
            "/contacts?tags=vip", "/contacts?tags=nobody", "/contacts?tags=vip,web", "/contacts?tags=lead,web", $"/contacts?groupId={half}", $"/contacts?groupId={few}", $"/contacts?groupId={few}&tags=vip&search=ada",
            "/contacts/search?q=jo", "/contacts/search?q=joh", "/contacts/search?q=lovlace", "/contacts/search?q=ovelac", "/contacts/search?q=000123", "/contacts/search?q=zzyzx", "/contacts/search?q=ada.l",
            "/contacts/search?q=!!!", "/contacts/search?q=!!", "/contacts/search?q=a!!", "/contacts/search?q=!ad", "/contacts/search?q=ad!",
            "/do-not-call",
        ];
        foreach (var path in paths)
        {
            recorder.Commands.Clear();
            (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
            var reads = recorder.Commands.Where(command => command.Sql.Contains("contacts", StringComparison.Ordinal) || command.Sql.Contains("do_not_call_entries", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(reads);
            foreach (var read in reads)
            {
                var plan = read.Sql.Contains("find_contacts", StringComparison.Ordinal)
                    ? [.. await read.ExplainAsync(server), .. await InsideAsync(read)]
                    : await read.ExplainAsync(server);
                Assert.False(
                    plan.Any(line => line.Contains("Seq Scan on contacts", StringComparison.Ordinal)
                        || line.Contains("Seq Scan on contact_group_members", StringComparison.Ordinal)
                        || line.Contains("Seq Scan on do_not_call_entries", StringComparison.Ordinal)),
                    $"{path}\n{read.Sql}\n{string.Join('\n', plan)}");
            }
        }

        async Task<List<string>> InsideAsync(RecordedCommand read)
        {
            var plans = await read.ExplainInsideAsync(server);
            Assert.Contains(plans, line => line.Contains("Scan using ix_contacts_organization_id_", StringComparison.Ordinal));
            return plans;
        }
    }
}
