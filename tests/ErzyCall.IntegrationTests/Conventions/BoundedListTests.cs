using System.Net;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>
/// A page costs what is on it, and not what its filter leaves out: over rows of which nearly all have one value and the oldest few another,
/// and of which another organization has the other way round, the very statements of the lists are run and the rows counted that they look
/// at.
/// </summary>
public sealed class BoundedListTests(TestRun run)
{
    private const int Rows = 10_000;

    /// <summary>The newest thousand, which tell whether a tag is frequent, as many out of the index over tags, and the page.</summary>
    private const int Bound = 2_500;

    [Fact]
    public async Task No_filter_reads_what_it_leaves_out()
    {
        var recorder = new CommandRecorder();
        await using var server = await run.StartServerAsync(
            new TestServerOptions { Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder)) });
        var tenant = await server.CreateTenantAsync();
        var other = await server.CreateTenantAsync();
        var (endpoint, group) = await FillAsync(tenant, usual: "usual", rare: "rare", named: "");
        await FillAsync(other, usual: "rare", rare: "usual", named: "another ");
        await server.ExecuteSqlAsync("ANALYZE");

        // Not bounded yet: a search for a word that few contacts or cases have, the number that all calls of a small table are from, and
        // metadata that are rare here and frequent in another organization, since one index serves all.
        string[] paths =
        [
            .. Each("/contacts?tags={0}"), "/contacts?search=usual", .. Each($"/contacts?groupId={group}&tags={{0}}"), "/contacts?tags=usual,rare", "/contacts?tags=rare,nobody",
            .. Each("/calls?endedReason={0}"), "/calls?metadata[of]=usual", "/calls?metadata[of]=absent", "/calls?status=ended", "/calls?status=error", "/calls?status=new",
            "/calls?phone=%2B14155550001", "/calls?phone=%2B14155550000",
            "/whatsapp/conversations?status=active", "/whatsapp/conversations?status=closed", "/whatsapp/conversations?status=handed_off",
            $"/webhooks/{endpoint}/deliveries?event=call.ended", $"/webhooks/{endpoint}/deliveries?event=call.failed", $"/webhooks/{endpoint}/deliveries?event=call.started",
            $"/webhooks/{endpoint}/deliveries?status=delivered", $"/webhooks/{endpoint}/deliveries?status=failed", $"/webhooks/{endpoint}/deliveries?status=pending",
            "/cases?search=usual", "/do-not-call", "/events",
        ];
        var unbounded = new List<string>();
        foreach (var path in paths)
        {
            recorder.Commands.Clear();
            (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
            foreach (var command in recorder.Commands.Where(command => command.Sql.Contains("SELECT", StringComparison.Ordinal)).ToList())
            {
                var read = await command.RowsReadAsync(server);
                if (read > Bound)
                {
                    unbounded.Add($"{path} looks at {read} rows:\n{command.Sql}\n{string.Join('\n', await command.ExplainAsync(server))}");
                }
            }
        }

        Assert.True(unbounded.Count == 0, string.Join("\n\n", unbounded));
    }

    private static IEnumerable<string> Each(string path) => ((string[])["usual", "rare", "absent"]).Select(value => string.Format(null, path, value));

    /// <summary>One of everything a second; the three oldest are rare.</summary>
    /// <param name="named">What all titles begin with; empty: with their values. A word is looked for in the titles of all organizations
    /// together.</param>
    private static async Task<(string Endpoint, string Group)> FillAsync(Tenant tenant, string usual, string rare, string named)
    {
        var organization = tenant.Organization.Id.Value;
        var account = await tenant.ConnectAsync();
        var endpoint = await tenant.CreateAsync("/webhooks", new { url = "https://example.com/hooks", events = new[] { "call.ended" } });
        var group = await tenant.CreateAsync("/contact-groups", new { name = "All" });
        var now = tenant.Now;
        var call = Id<Api.Features.Calls.Call>.Parse(await tenant.PlaceCallAsync("+14155550002")).Value;
        var value = $"CASE WHEN n > {Rows - 3} THEN '{rare}' ELSE '{usual}' END";
        var name = named.Length > 0 ? $"'{named}'" : value;
        var at = $"'{now:O}'::timestamptz - make_interval(secs => n)";
        var series = $"FROM generate_series(1, {Rows}) AS n";
        await tenant.Server.ExecuteSqlAsync(
            $$"""
              INSERT INTO contacts (id, organization_id, title, phone, canonical_number, number_turn, tags, custom_fields, created_at, updated_at)
              SELECT gen_random_uuid(), '{{organization}}', {{name}} || ' contact ' || n, '+1' || (2000000000 + n), '+1' || (2000000000 + n), 0, ARRAY[{{value}}, 't' || n % 7], '{}', {{at}}, {{at}} {{series}};
              INSERT INTO contact_group_members (group_id, contact_id, contact_created_at)
              SELECT '{{Id<Api.Features.ContactGroups.ContactGroup>.Parse(group).Value}}', id, created_at FROM contacts WHERE organization_id = '{{organization}}';
              INSERT INTO do_not_call_entries (id, organization_id, phone, canonical_number, source, at)
              SELECT gen_random_uuid(), organization_id, phone, canonical_number, 'import', created_at FROM contacts WHERE organization_id = '{{organization}}';
              INSERT INTO cases (id, organization_id, title, status, prompt, variables, tool_ids, keyterms, tags, created_at, updated_at)
              SELECT gen_random_uuid(), '{{organization}}', {{name}} || ' case ' || n, 'open', 'Be kind', '[]', ARRAY[]::text[], ARRAY[]::text[], ARRAY[]::text[], {{at}}, {{at}} {{series}};
              INSERT INTO calls (id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash, due_at, deadline_at, carrier, started_at,
                ended_at, ended_reason, fault, retryable, transcript, created_at, updated_at)
              SELECT gen_random_uuid(), organization_id, CASE WHEN n > {{Rows - 3}} THEN 'error' ELSE 'ended' END,
                CASE WHEN n > {{Rows - 3}} THEN '+14155550001' ELSE '+1' || (2000000000 + n) END, '+1' || (2000000000 + n), "from", first_message, '{}', json_build_object('of', {{value}}, 'n', n::text),
                script_hash, {{at}}, {{at}}, 'simulator', {{at}}, {{at}}, {{value}}, 'none', false, '[]', {{at}}, {{at}}
              FROM calls, generate_series(1, {{Rows}}) AS n WHERE id = '{{call}}';
              INSERT INTO conversations (id, organization_id, account_id, status, wa_user_phone, canonical_number, last_message_at, created_at)
              SELECT gen_random_uuid(), '{{organization}}', '{{account.Id.Value}}', CASE WHEN n > {{Rows - 3}} THEN 'closed' ELSE 'active' END, '+1' || (2000000000 + n), '+1' || (2000000000 + n), {{at}}, {{at}} {{series}};
              INSERT INTO events (id, organization_id, type, resource_id, data, created_at, is_private, sequence)
              SELECT gen_random_uuid(), '{{organization}}', CASE WHEN n > {{Rows - 3}} THEN 'call.failed' ELSE 'call.ended' END, gen_random_uuid(), '{}', {{at}}, false, n {{series}};
              INSERT INTO webhook_deliveries (id, organization_id, endpoint_id, event_id, event, resource_id, position, status, attempts, failures, created_at)
              SELECT gen_random_uuid(), organization_id, '{{Id<WebhookEndpoint>.Parse(endpoint).Value}}', id, type, resource_id, position,
                CASE WHEN type = 'call.failed' THEN 'failed' ELSE 'delivered' END, '[]', 0, created_at
              FROM events WHERE organization_id = '{{organization}}' AND sequence IS NOT NULL;
              """.Replace("{}", "{{}}", StringComparison.Ordinal));
        return (endpoint, group);
    }
}
