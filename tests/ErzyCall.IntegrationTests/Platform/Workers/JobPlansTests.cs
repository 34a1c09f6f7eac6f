using ErzyCall.Api.Features.ApiKeys.Sessions;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Callbacks;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.Usage;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Features.WhatsApp.Simulation;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Observability;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Workers;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ErzyCall.IntegrationTests.Platform.Workers;

/// <summary>
/// What a job looks at does not grow with what is idle: beside many organizations in which nothing is due, in one that has everything, with
/// statistics from when all of it was empty, the very statements of each job's step are run and the pages counted that they look at.
/// </summary>
public sealed class JobPlansTests(TestRun run)
{
    /// <summary>The number of idle organizations, and of idle rows of each kind in the one that is not.</summary>
    private const int Idle = 2_000;

    /// <summary>The most pages that one statement may look at: for some twenty steps through indexes, to the rows and back.</summary>
    private const int Bound = 250;

    /// <summary>Each job, and what it has done when it has found the one row that there is for it.</summary>
    private static readonly Dictionary<Type, string> s_done = new()
    {
        [typeof(CallDispatchJob)] = "SELECT FROM calls WHERE first_message = 'due' AND status = 'processing'",
        [typeof(JudgeAnewJob)] = "SELECT FROM calls WHERE first_message = 'judged long ago' AND policy_version = 2",
        [typeof(ReconcileCallsJob)] = "SELECT FROM calls WHERE first_message = 'lost' AND submitted_at IS NOT NULL",
        [typeof(OptedOutCallsJob)] = "SELECT FROM calls WHERE first_message = 'opted out' AND hang_up_requested_at IS NOT NULL",
        [typeof(HangUpJob)] = "SELECT FROM calls WHERE first_message = 'to be hung up' AND hang_up_sent_at IS NOT NULL",
        [typeof(HangUpStraysJob)] = "SELECT FROM stray_calls WHERE carrier_call_id = 'rings' AND hang_up_at IS NULL",
        [typeof(CallDeadlineJob)] = "SELECT FROM calls WHERE first_message = 'late' AND status = 'error'",
        [typeof(AddUpWaitingCallsJob)] = "SELECT WHERE NOT EXISTS (SELECT FROM waiting_call_changes WHERE NOT is_sum)",
        [typeof(SimulatedCarrierJob)] = "SELECT FROM simulated_calls WHERE first_message = 'rings' AND state <> 'Ringing'",
        [typeof(MessageSendJob)] = "SELECT FROM messages WHERE text ->> 'body' = 'due' AND status = 'failed'",
        [typeof(MessageDeadlineJob)] = "SELECT FROM messages WHERE text ->> 'body' = 'late' AND status = 'failed'",
        [typeof(SimulatedMessengerJob)] = "SELECT FROM simulated_messages WHERE steps_played > 0",
        [typeof(PublishEventsJob)] = "SELECT WHERE NOT EXISTS (SELECT FROM events WHERE sequence IS NULL AND NOT is_private)",
        [typeof(PurgeEventsJob)] = "SELECT WHERE NOT EXISTS (SELECT FROM events WHERE created_at < now() - interval '31 days')",
        [typeof(WebhookDeliveryJob)] = "SELECT FROM webhook_deliveries WHERE leased_until IS NOT NULL",
        [typeof(PurgeSecretsJob)] = "SELECT WHERE NOT EXISTS (SELECT FROM webhook_endpoints WHERE previous_secret_until < now())",
        [typeof(PurgeStoredResponsesJob)] = "SELECT WHERE NOT EXISTS (SELECT FROM idempotency_records WHERE expires_at < now())",
        [typeof(PurgeSessionsJob)] = "SELECT WHERE NOT EXISTS (SELECT FROM key_sessions WHERE expires_at < now())",
        [typeof(AddUpChangesJob)] = "SELECT WHERE NOT EXISTS (SELECT FROM contact_group_changes)",
        [typeof(MeasureJob)] = "SELECT",
        [typeof(PurgeCallbacksJob)] = "SELECT WHERE NOT EXISTS (SELECT FROM carrier_callbacks WHERE received_at < now() - interval '8 days')",
        [typeof(PurgeCallsJob)] = "SELECT WHERE NOT EXISTS (SELECT FROM calls WHERE first_message = 'old')",
        [typeof(AddUpUsageJob)] = "SELECT WHERE NOT EXISTS (SELECT FROM usage_changes)",
    };

    [Fact]
    public async Task No_job_looks_at_what_is_idle()
    {
        var recorder = new CommandRecorder();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Settings = new Dictionary<string, string> { ["Metrics:Enabled"] = "true", ["Calls:KeepFor"] = "31.00:00:00" },
            Services = services =>
            {
                services.RemoveAll<ICarrier>();
                services.AddSingleton<ICarrier>(new ScriptedCarrier()).ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder));
            },
        });
        await FillAsync(server);
        var jobs = typeof(IJob).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IJob))).ToList();
        Assert.Equal(jobs.Select(job => job.Name).Order(), s_done.Keys.Select(job => job.Name).Order());

        var unbounded = new List<string>();
        foreach (var (job, done) in s_done)
        {
            recorder.Commands.Clear();
            await using (var scope = server.Services.CreateAsyncScope())
            {
                await ((IJob)scope.ServiceProvider.GetRequiredService(job)).RunOnceAsync(TestContext.Current.CancellationToken);
            }

            var commands = recorder.Commands.Where(command => !command.SavesRows && !command.AddsRows).ToList();
            Assert.NotEmpty(commands);
#pragma warning disable EF1002 // The conditions are of this file.
            Assert.True(
                await server.InDatabaseAsync(async db => (await db.Database.SqlQueryRaw<bool>($"SELECT EXISTS ({done}) AS \"Value\"").ToListAsync())[0]),
                $"{job.Name} has not done what there was to do.");
#pragma warning restore EF1002
            foreach (var command in commands)
            {
                var pages = await command.PagesReadAsync(server);
                if (pages > Bound)
                {
                    unbounded.Add($"{job.Name} looks at {pages} pages:\n{command.Sql}\n{string.Join('\n', await command.ExplainAsync(server))}");
                }
            }
        }

        Assert.True(unbounded.Count == 0, string.Join("\n\n", unbounded));
    }

    private static async Task FillAsync(TestServer server)
    {
        await server.ExecuteSqlAsync(
            """
            DO $$
            DECLARE name text;
            BEGIN
              FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
                EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = false)', name);
              END LOOP;
            END $$;
            """);
        await server.ExecuteSqlAsync("VACUUM ANALYZE");
        var tenant = await server.CreateTenantAsync();
        var account = await tenant.ConnectAsync();
        var endpoint = await tenant.CreateAsync("/webhooks", new { url = "https://example.com/hooks", events = new[] { "call.ended", "contact.created" } });
        await tenant.CreateContactAsync();
        await tenant.CreateContactAsync();
        var group = await tenant.CreateAsync("/contact-groups", new { name = "All" });
        (await tenant.Api.PatchAsync("/calling-policy", """{"timeZone":"UTC"}""")).ShouldBe(System.Net.HttpStatusCode.OK);
        (await tenant.Api.PatchAsync("/calling-policy", """{"timeZone":"UTC"}""")).ShouldBe(System.Net.HttpStatusCode.OK);
        var call = Id<Call>.Parse(await tenant.PlaceCallAsync()).Value;
        await server.RunAsync<PublishEventsJob>();
        await server.ExecuteSqlAsync(
            $$"""
              SET session_replication_role = replica;
              CREATE TEMP TABLE thing AS
                SELECT gen_random_uuid() AS id, gen_random_uuid() AS organization, gen_random_uuid() AS account, gen_random_uuid() AS endpoint,
                  true AS is_alone, n FROM generate_series(1, {{Idle}}) AS n
                UNION ALL
                SELECT gen_random_uuid(), '{{tenant.Organization.Id.Value}}', '{{account.Id.Value}}',
                  '{{Id<Api.Features.WebhookEndpoints.WebhookEndpoint>.Parse(endpoint).Value}}', false, n
                FROM generate_series(1, {{Idle}}) AS n;

              INSERT INTO organizations (id, name, mode, max_concurrent_calls, created_at) SELECT organization, 'Idle', 'Test', 1, now()
                FROM thing WHERE is_alone;
              INSERT INTO event_feeds (organization_id, last_sequence, published_at) SELECT organization, n, now() FROM thing WHERE is_alone;
              INSERT INTO call_queues (organization_id, first_due_at, awaits_room)
              SELECT organization, CASE WHEN n % 2 = 0 THEN now() + interval '1 day' END, false FROM thing WHERE is_alone;
              INSERT INTO calling_policies (organization_id, time_zone, fallback_time_zone, outside_hours, version, changed_at)
              SELECT organization, 'UTC', 'UTC', 'wait', 1, now() - interval '10 days' FROM thing WHERE is_alone;
              INSERT INTO waiting_call_changes (organization_id, calls, is_sum) SELECT organization, 1, true FROM thing WHERE is_alone;
              INSERT INTO contact_groups (id, organization_id, name, created_at, counted_contacts) SELECT id, organization, n::text, now(), 0 FROM thing;
              INSERT INTO whatsapp_accounts (id, organization_id, status, waba_id, phone_number_id, display_phone_number, verified_name,
                is_simulated, messages_sent, messages_received, created_at)
              SELECT account, organization, 'disconnected', n::text, n::text, '', '', true, 0, 0, now() FROM thing WHERE is_alone;
              INSERT INTO webhook_endpoints (id, organization_id, slot, url, events, is_active, secret, created_at)
              SELECT endpoint, organization, 1, '', ARRAY['call.ended'], true, '', now() FROM thing WHERE is_alone;

              INSERT INTO calls (id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash,
                due_at, deadline_at,
                carrier, started_at, submitted_at, answered_at, ended_at, ended_reason, fault, retryable, hang_up_requested_at, next_look_at,
                  policy_version, transcript, created_at, updated_at)
              SELECT made.id, organization_id, made.status, made.number, made.number, "from", made.name, variable_values, metadata, script_hash,
                made.due_at, made.deadline_at,
                CASE WHEN made.status NOT IN ('new', 'scheduled') THEN 'simulator' END, made.started_at, made.submitted_at, made.answered_at,
                  made.ended_at, made.reason, made.reason,
                CASE WHEN made.reason IS NOT NULL THEN false END, made.hang_up_at, made.next_look_at, made.version, '[]', now(), now()
              FROM calls CROSS JOIN (
                SELECT id, organization, 'ended' AS status, 'over' AS name, '+14155550100' AS number, now() - interval '1 day' AS due_at,
                  now() - interval '1 day' AS deadline_at, now() AS started_at,
                  now() AS submitted_at, now() AS answered_at, now() AS ended_at, 'x' AS reason, NULL::timestamptz AS hang_up_at,
                    NULL::timestamptz AS next_look_at, 1 AS version FROM thing
                UNION ALL
                SELECT gen_random_uuid(), organization, 'scheduled', 'waits', '+14155550100', now() + interval '1 day', now() + interval '2 days',
                  NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2
                FROM thing WHERE NOT is_alone OR n % 2 = 0
                UNION ALL
                SELECT gen_random_uuid(), organization, 'processing', 'talks', '+14155550100', now(), now() + interval '1 day', now(), now(), now(),
                  NULL, NULL, NULL, now() + interval '1 minute', 2
                FROM thing WHERE NOT is_alone AND n <= 5
                UNION ALL
                SELECT gen_random_uuid(), '{{tenant.Organization.Id.Value}}', status, name, number, now(), now() + later, started_at, submitted_at,
                  NULL, NULL, NULL, hang_up_at, next_look_at, version
                FROM (VALUES
                  ('new', 'due', '+14155550100', interval '1 hour', NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, 2),
                  ('scheduled', 'judged long ago', '+14155550100', interval '1 hour', NULL, NULL, NULL, NULL, 1),
                  ('processing', 'lost', '+14155550100', interval '1 hour', now(), NULL, NULL, now() - interval '1 second', 2),
                  ('processing', 'opted out', '+14155550199', interval '1 hour', now(), now(), NULL, now() + interval '1 minute', 2),
                  ('processing', 'to be hung up', '+14155550100', interval '1 hour', now(), now(), now(), now() + interval '1 minute', 2),
                  ('new', 'late', '+14155550100', interval '-1 second', NULL, NULL, NULL, NULL, 2)) AS due (status, name, number, later, started_at,
                    submitted_at, hang_up_at, next_look_at, version)) AS made
              WHERE calls.id = '{{call}}';
              UPDATE calls SET organization_id = thing.organization FROM thing WHERE calls.id = thing.id;
              INSERT INTO stray_calls (call_id, carrier_call_id, found_at, hang_up_at)
              SELECT id, 'is hung up', now(), NULL::timestamptz FROM thing UNION ALL SELECT '{{call}}', 'rings', now(), now();
              INSERT INTO carrier_callbacks (call_id, hash, received_at)
              SELECT id, ''::bytea, now() FROM thing UNION ALL SELECT id, 'old'::bytea, now() - interval '9 days' FROM (SELECT id FROM thing LIMIT 1) AS one;
              UPDATE organizations SET max_concurrent_calls = 100 WHERE id = '{{tenant.Organization.Id.Value}}';
              INSERT INTO waiting_call_changes (organization_id, calls) VALUES ('{{tenant.Organization.Id.Value}}', 3);
              INSERT INTO do_not_call_entries (id, organization_id, phone, canonical_number, source, at)
              SELECT id, organization, '+1' || (2000000000 + n), '+1' || (2000000000 + n), 'import', now() FROM thing
              UNION ALL SELECT gen_random_uuid(), '{{tenant.Organization.Id.Value}}', '+14155550199', '+14155550199', 'import', now();
              INSERT INTO simulated_calls (call_id, "to", first_message, state, next_step_at)
              SELECT id, '+14155550100', '', 'Over', NULL FROM thing UNION ALL SELECT '{{call}}', '+14155550100', 'rings', 'Ringing', now();

              INSERT INTO events (id, organization_id, type, resource_id, data, created_at, is_private, sequence)
              SELECT id, organization, 'call.ended', id, json_build_object(), now(), false, n + 10 FROM thing
              UNION ALL SELECT gen_random_uuid(), '{{tenant.Organization.Id.Value}}', 'call.started', gen_random_uuid(), json_build_object(),
                now() - interval '40 days', false, 0
              UNION ALL SELECT gen_random_uuid(), '{{tenant.Organization.Id.Value}}', 'call.ended', gen_random_uuid(), json_build_object(), now(), false, NULL;
              UPDATE event_feeds SET last_sequence = {{Idle}} + 10 WHERE organization_id = '{{tenant.Organization.Id.Value}}';
              INSERT INTO webhook_deliveries (id, organization_id, endpoint_id, event_id, event, resource_id, position, status, attempts, failures, created_at)
              SELECT id, organization, endpoint, id, 'call.ended', id, n, 'delivered', '[]', 0, now() FROM thing;
              UPDATE webhook_endpoints SET previous_secret = secret, previous_secret_until = now() - interval '1 minute'
                WHERE organization_id = '{{tenant.Organization.Id.Value}}';
              INSERT INTO idempotency_records (organization_id, request_hash, fingerprint, status, body, holds_secret, expires_at)
              SELECT organization, sha256(id::text::bytea), ''::bytea, 201, ''::bytea, false, now() + interval '1 hour' FROM thing
              UNION ALL SELECT '{{tenant.Organization.Id.Value}}', '', '', 201, '', false, now() - interval '1 minute';
              INSERT INTO key_sessions (token_hash, key_id, expires_at) SELECT sha256(id::text::bytea), id, now() + interval '1 hour' FROM thing
              UNION ALL SELECT '', gen_random_uuid(), now() - interval '1 minute';
              INSERT INTO contact_group_changes (group_id, contacts) VALUES ('{{Id<ContactGroup>.Parse(group).Value}}', 0);

              INSERT INTO conversations (id, organization_id, account_id, status, wa_user_phone, canonical_number, last_message_at, created_at)
              SELECT id, organization, account, 'active', '+1' || (2000000000 + n), '+1' || (2000000000 + n), now(), now() FROM thing;
              INSERT INTO messages (id, organization_id, account_id, conversation_id, direction, type, text, status, meta_id, due_at, send_by,
                claimed_at, attempts, created_at)
              SELECT id, organization, account, id, 'inbound', 'text', json_build_object('body', 'over'), 'delivered', id::text, now(), now(),
                NULL::timestamptz, 0, now() - interval '1 hour' FROM thing
              UNION ALL
              SELECT gen_random_uuid(), organization, account, thing.id, 'outbound', 'text', json_build_object('body', 'waits for its account'),
                'queued', NULL, now(), now() + interval '1 hour', NULL, 0, now() + turn * interval '1 second'
              FROM (SELECT * FROM thing WHERE is_alone LIMIT 1) AS thing CROSS JOIN generate_series(1, 1000) AS turn
              UNION ALL
              SELECT gen_random_uuid(), organization, account, id, 'outbound', 'text', json_build_object('body', 'waits for its time'), 'queued',
                NULL, now() + interval '1 hour', now() + interval '2 hours', NULL, 0, now()
              FROM thing WHERE NOT is_alone AND n > 10
              UNION ALL
              SELECT gen_random_uuid(), organization, account, id, 'outbound', 'text', json_build_object('body', 'due'), 'queued', NULL, now(),
                now() + interval '1 hour', NULL, 0, now() FROM thing WHERE NOT is_alone AND n = 1
              UNION ALL
              SELECT gen_random_uuid(), organization, account, id, 'outbound', 'text', json_build_object('body', 'late'), 'queued', NULL, now(),
                now() - interval '1 second', NULL, 0, now() FROM thing WHERE NOT is_alone AND n = 2;
              INSERT INTO simulated_messages (message_id, account_id, "to", steps_played, next_step_at)
              SELECT id, account, '+14155550100', 0, CASE WHEN NOT is_alone AND n = 3 THEN now() END FROM thing;
              UPDATE calls SET id = '01800000-0000-7000-8000-000000000000', first_message = 'old', ended_at = now() - interval '40 days'
              WHERE id = (SELECT id FROM thing WHERE is_alone LIMIT 1);
              RESET session_replication_role;
              DROP TABLE thing
              """);
    }
}
