using ErzyCall.Api.Features.Audit;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Audit;

/// <summary>However much there is in the database, an audit of the last day reads the last day: the plans of the very statements that it sends.</summary>
public sealed class AuditPlansTests(TestRun run)
{
    private const int Calls = 30_000;

    private static readonly string[] s_large = ["calls", "events", "simulated_calls", "webhook_deliveries", "messages"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_law_reads_a_whole_table(bool ofOneOrganization)
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        await FillAsync(server, tenant);
        var scope = new AuditScope(ofOneOrganization ? tenant.Organization.Id : null, tenant.Now.AddDays(-1), tenant.Now);
        foreach (var law in AuditLaws.All)
        {
            var plan = await new RecordedCommand(Auditor.QueryOf(law), [.. scope.Parameters()]).ExplainAsync(server);
            Assert.False(
                s_large.Any(table => plan.Any(line => line.Contains($"Seq Scan on {table}", StringComparison.Ordinal))), $"{law.Name}\n{string.Join('\n', plan)}");
        }
    }

    /// <summary>A month of calls with all that follows from them.</summary>
    private static async Task FillAsync(TestServer server, Tenant tenant)
    {
        await server.ExecuteSqlAsync(
            $"""
             SET session_replication_role = replica;
             CREATE TEMP TABLE made AS
               SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid AS id, at
               FROM generate_series(1, {Calls}) AS n CROSS JOIN LATERAL (SELECT date_trunc('milliseconds', now() - n * interval '85 seconds') AS at) AS time;
             INSERT INTO calls (id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash, due_at, deadline_at, carrier, started_at, submitted_at,
               ended_at, ended_reason, fault, retryable, transcript, created_at, updated_at)
             SELECT id, '{tenant.Organization.Id.Value}', 'ended', '+14155550100', '+14155550100', '{Tenant.From}', '', json_object(ARRAY[]::text[]), json_object(ARRAY[]::text[]), sha256(''), at, at,
               'simulator', at, at, at, 'voicemail', 'none', true, json_build_array(), at, at FROM made;
             INSERT INTO simulated_calls (call_id, "to", first_message, state) SELECT id, '+14155550100', '', 'Over' FROM made;
             INSERT INTO events (id, organization_id, type, resource_id, data, created_at, sequence, is_private)
             SELECT gen_random_uuid(), '{tenant.Organization.Id.Value}', type, id, json_build_object('status', repeat('x', 300)), at, row_number() OVER (ORDER BY at, type DESC), false
             FROM made CROSS JOIN (VALUES ('call.started'), ('call.ended')) AS event (type);
             INSERT INTO webhook_endpoints (id, organization_id, slot, url, events, is_active, secret, created_at) VALUES (gen_random_uuid(), '{tenant.Organization.Id.Value}', 1, '', ARRAY['call.ended'], true, '', now());
             INSERT INTO webhook_deliveries (id, organization_id, endpoint_id, event_id, event, resource_id, position, status, attempts, failures, created_at)
             SELECT resource_id, events.organization_id, webhook_endpoints.id, events.id, type, resource_id, position, 'delivered', jsonb_build_array(jsonb_build_object('at', events.created_at, 'statusCode', 200)), 0, events.created_at FROM events CROSS JOIN webhook_endpoints WHERE type = 'call.ended';
             INSERT INTO messages (id, organization_id, account_id, conversation_id, direction, type, text, status, meta_id, due_at, send_by, attempts, created_at)
             SELECT id, '{tenant.Organization.Id.Value}', id, id, 'inbound', 'text', json_build_object('body', repeat('x', 300)), 'delivered', id::text, at, at, 0, at FROM made;
             RESET session_replication_role;
             DROP TABLE made
             """);
        await server.ExecuteSqlAsync("ANALYZE");
    }
}
