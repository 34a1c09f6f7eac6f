using System.Net;
using ErzyCall.Api.Features.Audit;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.Usage;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Audit;

/// <summary>Each law is seen to be violated by a database that was broken by hand, and names what was broken and nothing else.</summary>
public sealed class AuditLawTests(AuditBench bench) : IClassFixture<AuditBench>
{
    /// <param name="Law">That is violated.</param>
    /// <param name="BreakAsync">Breaks something of the tenant's, and answers the id that is to be named.</param>
    /// <param name="Also">Other laws that this violates too.</param>
    /// <param name="Mend">SQL that puts back, when all is done, what <paramref name="BreakAsync"/> took from the schema.</param>
    private sealed record Case(string Law, Func<AuditBench, Tenant, Task<string>> BreakAsync, string[]? Also = null, string? Mend = null);

    private static readonly Dictionary<string, Case> s_cases = new()
    {
        ["An ended call has no final event"] = new("call-final-event", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant);
            await bench.BreakAsync($"DELETE FROM events WHERE resource_id = '{Uuid(call)}' AND type = 'call.ended'");
            return call;
        }),
        ["An ended call has the final event of a failed one"] = new("call-final-event", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant);
            await bench.BreakAsync($"UPDATE events SET type = 'call.failed' WHERE resource_id = '{Uuid(call)}' AND type = 'call.ended'");
            return call;
        }),
        ["An ended call has two final events"] = new(
            "call-final-event",
            async (bench, tenant) =>
            {
                var call = await bench.CallAsync(tenant);
                await bench.BreakAsync(
                    $"""
                     DROP INDEX ix_events_resource_id;
                     INSERT INTO events (id, organization_id, type, resource_id, data, is_private, created_at)
                     SELECT gen_random_uuid(), organization_id, type, resource_id, data, is_private, created_at FROM events WHERE resource_id = '{Uuid(call)}' AND type = 'call.ended'
                     """);
                return call;
            },
            ["event-order"],
            """
            DROP INDEX IF EXISTS ix_events_resource_id;
            CREATE UNIQUE INDEX ix_events_resource_id ON events (resource_id) WHERE type IN ('call.ended', 'call.failed', 'call.cancelled')
            """),
        ["A waiting call has a final event"] = new("call-final-event", async (bench, tenant) =>
        {
            var call = await tenant.PlaceCallAsync();
            await AddEventAsync(tenant, call, "call.cancelled");
            return call;
        }),
        ["A dialled call has no event of its start"] = new("call-started-event", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant);
            await bench.BreakAsync($"DELETE FROM events WHERE resource_id = '{Uuid(call)}' AND type = 'call.started'");
            return call;
        }),
        ["A dialled call has two events of its start"] = new(
            "call-started-event",
            async (bench, tenant) =>
            {
                var call = await bench.CallAsync(tenant);
                await AddEventAsync(tenant, call, "call.started");
                return call;
            },
            ["event-order"]),
        ["A waiting call has an event of its start"] = new("call-started-event", async (bench, tenant) =>
        {
            var call = await tenant.PlaceCallAsync();
            await AddEventAsync(tenant, call, "call.started");
            return call;
        }),
        ["A call that was scheduled before the window was dialled in it, without its final event"] = new("call-final-event", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant);
            var old = Guid.CreateVersion7(tenant.Now.AddDays(-3));
            await bench.BreakAsync(
                $"""
                 UPDATE usage_changes SET hour = hour - interval '3 days' WHERE organization_id = '{tenant.Organization.Id.Value}';
                 DELETE FROM events WHERE resource_id = '{Uuid(call)}' AND type = 'call.ended';
                 UPDATE events SET resource_id = '{old}' WHERE resource_id = '{Uuid(call)}';
                 UPDATE simulated_calls SET call_id = '{old}' WHERE call_id = '{Uuid(call)}';
                 UPDATE calls SET id = '{old}', created_at = created_at - interval '3 days' WHERE id = '{Uuid(call)}'
                 """);
            return new Id<Call>(old).ToString();
        }),
        ["A call goes on past its deadline"] = new(
            "call-deadline",
            async (bench, tenant) =>
            {
                var call = await bench.CallAsync(tenant, Silent);
                await bench.BreakAsync($"UPDATE calls SET deadline_at = now() - interval '3 minutes' WHERE id = '{Uuid(call)}'");
                return call;
            },
            ["call-look"]),
        ["A call waits past its deadline"] = new("call-dispatch-deadline", async (bench, tenant) =>
        {
            var call = await tenant.PlaceCallAsync();
            await bench.BreakAsync($"UPDATE calls SET due_at = now() - interval '63 minutes', deadline_at = now() - interval '3 minutes' WHERE id = '{Uuid(call)}'");
            await bench.BreakAsync($"UPDATE call_queues SET first_due_at = '-infinity' WHERE organization_id = '{tenant.Organization.Id.Value}'");
            return call;
        }),
        ["An ended call was never with its carrier"] = new("call-outcome", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant);
            await bench.BreakAsync($"UPDATE calls SET submitted_at = NULL WHERE id = '{Uuid(call)}'");
            return call;
        }),
        ["A cancelled call was dialled"] = new(
            "call-outcome",
            async (bench, tenant) =>
            {
                var call = await tenant.PlaceCallAsync();
                (await tenant.Api.PostAsync($"/calls/{call}/cancel", null)).ShouldBe(HttpStatusCode.OK);
                await bench.BreakAsync($"UPDATE calls SET started_at = now(), carrier = 'simulator' WHERE id = '{Uuid(call)}'");
                return call;
            },
            ["call-started-event"]),
        ["Nobody asks about a call"] = new("call-look", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant, Silent);
            await bench.BreakAsync($"UPDATE calls SET next_look_at = now() - interval '3 minutes' WHERE id = '{Uuid(call)}'");
            return call;
        }),
        ["A call is asked about after its deadline only"] = new("call-look", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant, Silent);
            await bench.BreakAsync($"UPDATE calls SET next_look_at = deadline_at + interval '3 minutes' WHERE id = '{Uuid(call)}'");
            return call;
        }),
        ["Nobody tells the carrier to hang up"] = new("call-hang-up", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant, Silent);
            await bench.BreakAsync($"UPDATE calls SET hang_up_requested_at = now() - interval '3 minutes' WHERE id = '{Uuid(call)}'");
            return call;
        }),
        ["A carrier has a call that is bound to none of its own"] = new("call-carrier-id", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant);
            await bench.BreakAsync($"{AccountOf(tenant)}; UPDATE calls SET carrier_call_id = NULL, carrier_account_id = '{AccountId(tenant)}' WHERE id = '{Uuid(call)}'");
            return call;
        }),
        ["Two calls are bound to one of the carrier's"] = new("call-carrier-id", async (bench, tenant) =>
        {
            var first = await bench.CallAsync(tenant);
            var second = await bench.CallAsync(tenant);
            await bench.BreakAsync(
                $"""
                 {AccountOf(tenant)};
                 ALTER TABLE calls DISABLE TRIGGER calls_keep_carrier_call;
                 DROP INDEX ix_calls_carrier_account_id_carrier_call_id;
                 UPDATE calls SET carrier_call_id = 'one', carrier_account_id = '{AccountId(tenant)}' WHERE id IN ('{Uuid(first)}', '{Uuid(second)}')
                 """);
            return first;
        }),
        ["A carrier has rung twice for one order"] = new("call-rung-once", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant);
            await bench.BreakAsync($"INSERT INTO stray_calls (call_id, carrier_call_id, found_at) VALUES ('{Uuid(call)}', 'another', now())");
            return call;
        }),
        ["Nobody has a second ringing hung up"] = new(
            "call-hang-up",
            async (bench, tenant) =>
            {
                var call = await bench.CallAsync(tenant);
                await bench.BreakAsync(
                    $"INSERT INTO stray_calls (call_id, carrier_call_id, found_at, hang_up_at) VALUES ('{Uuid(call)}', 'another', now(), now() - interval '3 minutes')");
                return call;
            },
            ["call-rung-once"]),
        ["A call was claimed beyond the limit, and goes on"] = new("call-limit", async (bench, tenant) =>
        {
            await bench.CallAsync(tenant, Silent);
            await bench.CallAsync(tenant, Silent);
            var third = await bench.CallAsync(tenant, Silent);
            await SetLimitAsync(bench, tenant, 2);
            return third;
        }),
        ["A call was claimed beyond the limit, and is over"] = new("call-limit", async (bench, tenant) =>
        {
            await bench.CallAsync(tenant, Silent);
            var second = await bench.CallAsync(tenant);
            await SetLimitAsync(bench, tenant, 1);
            return second;
        }),
        ["The simulated carrier has a call twice"] = new(
            "call-dialled-once",
            async (bench, tenant) =>
            {
                var call = await bench.CallAsync(tenant);
                await bench.BreakAsync(
                    $"""
                     ALTER TABLE simulated_calls DROP CONSTRAINT pk_simulated_calls;
                     INSERT INTO simulated_calls SELECT * FROM simulated_calls WHERE call_id = '{Uuid(call)}'
                     """);
                return call;
            },
            Mend:
            """
            ALTER TABLE simulated_calls DROP CONSTRAINT IF EXISTS pk_simulated_calls;
            ALTER TABLE simulated_calls ADD CONSTRAINT pk_simulated_calls PRIMARY KEY (call_id)
            """),
        ["The simulated carrier has a call that nobody claimed"] = new("call-dialled-when-claimed", async (bench, tenant) =>
        {
            var call = await tenant.PlaceCallAsync();
            await bench.BreakAsync($"""INSERT INTO simulated_calls (call_id, "to", first_message, state) SELECT id, "to", first_message, 'Ringing' FROM calls WHERE id = '{Uuid(call)}'""");
            return call;
        }),
        ["The simulated carrier dialled another number"] = new("call-dialled-when-claimed", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant);
            await bench.BreakAsync($"""UPDATE simulated_calls SET "to" = '+14155550199' WHERE call_id = '{Uuid(call)}'""");
            return call;
        }),
        ["A number was dialled that was on the ledger"] = new("call-opted-out", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant);
            await EnterAsync(bench, tenant, "+14155550100", "now() - interval '5 minutes'");
            return call;
        }),
        ["A number was dialled that was on the ledger in its other form, and has been lifted since"] = new("call-opted-out", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant, "+5491123456100");
            await EnterAsync(bench, tenant, "+541123456100", "now() - interval '5 minutes'", "now() + interval '5 minutes'");
            return call;
        }),
        ["A number was written to that was on the ledger"] = new("message-opted-out", async (bench, tenant) =>
        {
            var message = await tenant.SendTemplateAsync(await tenant.ConnectAsync());
            await bench.Server.RunAsync<MessageSendJob>();
            await EnterAsync(bench, tenant, WhatsAppTenant.Customer, "now() - interval '5 minutes'");
            return message.Id();
        }),
        ["A number is on the ledger twice"] = new(
            "ledger-entry",
            async (bench, tenant) =>
            {
                await EnterAsync(bench, tenant, "+14155550177", "now() - interval '5 minutes'");
                await bench.BreakAsync("DROP INDEX ix_do_not_call_entries_organization_id_canonical_number");
                await EnterAsync(bench, tenant, "+14155550177", "now()");
                return TypeId.Format("dnc", await bench.FindAsync(
                    $"""SELECT id AS "Value" FROM do_not_call_entries WHERE organization_id = '{tenant.Organization.Id.Value}' ORDER BY at DESC LIMIT 1"""));
            },
            Mend:
            """
            DROP INDEX IF EXISTS ix_do_not_call_entries_organization_id_canonical_number;
            CREATE UNIQUE INDEX ix_do_not_call_entries_organization_id_canonical_number ON do_not_call_entries (organization_id, canonical_number) WHERE lifted_at IS NULL
            """),
        ["A kept response tells of a call that is not there"] = new("kept-call", async (bench, tenant) =>
        {
            var call = (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From }, "a key")).ShouldBe(HttpStatusCode.Created).Data.Id();
            await bench.BreakAsync($"DELETE FROM calls WHERE id = '{Uuid(call)}'");
            return call;
        }),
        ["A kept response tells of a batch of which a call is not there"] = new("kept-call", async (bench, tenant) =>
        {
            var calls = new[] { "+14155550100", "0123", "+14155550101" }.Select(to => new { to, from = Tenant.From });
            var call = (await tenant.Api.PostAsync("/calls/batch", new { calls }, "a key")).ShouldBe(HttpStatusCode.Created).Data[2].GetProperty("data").Id();
            await bench.BreakAsync($"DELETE FROM calls WHERE id = '{Uuid(call)}'");
            return call;
        }),
        ["A kept response tells of a message that is not there"] = new("kept-message", async (bench, tenant) =>
        {
            var account = await tenant.ConnectAsync();
            var message = (await tenant.Api.PostAsync(
                "/whatsapp/messages", new { integrationId = account.Id.ToString(), to = WhatsAppTenant.Customer, type = "template", template = WhatsAppTenant.Template }, "a key"))
                .ShouldBe(HttpStatusCode.Created).Data.Id();
            await bench.BreakAsync($"DELETE FROM messages WHERE id = '{Id<Message>.Parse(message).Value}'");
            return message;
        }),
        ["A queue is not looked at when its first call is due"] = new("call-queue", async (bench, tenant) =>
        {
            await tenant.PlaceCallAsync();
            await bench.BreakAsync(
                $"UPDATE call_queues SET first_due_at = first_due_at + interval '1 second' WHERE organization_id = '{tenant.Organization.Id.Value}'");
            return tenant.Organization.Id.ToString();
        }),
        ["A queue awaits room that is there"] = new("call-queue", async (bench, tenant) =>
        {
            await tenant.PlaceCallAsync();
            await bench.BreakAsync($"UPDATE call_queues SET awaits_room = true WHERE organization_id = '{tenant.Organization.Id.Value}'");
            return tenant.Organization.Id.ToString();
        }),
        ["An event of three minutes ago is not published"] = new("event-published", async (bench, tenant) =>
        {
            var contact = await tenant.CreateContactAsync();
            await bench.BreakAsync($"UPDATE events SET created_at = created_at - interval '3 minutes' WHERE resource_id = '{ContactUuid(contact)}'");
            return await EventOfAsync(bench, ContactUuid(contact));
        }),
        ["A feed has a gap"] = new("event-feed", async (bench, tenant) =>
        {
            await tenant.CreateContactAsync();
            var contact = await tenant.CreateContactAsync();
            await tenant.CreateContactAsync();
            await bench.PublishAsync();
            await bench.BreakAsync($"DELETE FROM events WHERE resource_id = '{ContactUuid(contact)}'");
            return tenant.Organization.Id.ToString();
        }),
        ["A feed has lost its last event"] = new("event-feed", async (bench, tenant) =>
        {
            await tenant.CreateContactAsync();
            var contact = await tenant.CreateContactAsync();
            await bench.PublishAsync();
            await bench.BreakAsync($"DELETE FROM events WHERE resource_id = '{ContactUuid(contact)}'");
            return tenant.Organization.Id.ToString();
        }),
        ["A feed has lost its only event"] = new("event-feed", async (bench, tenant) =>
        {
            await tenant.CreateContactAsync();
            await bench.PublishAsync();
            await bench.BreakAsync($"DELETE FROM events WHERE organization_id = '{tenant.Organization.Id.Value}'");
            return tenant.Organization.Id.ToString();
        }),
        ["A feed goes on behind its end"] = new("event-feed", async (bench, tenant) =>
        {
            await tenant.CreateContactAsync();
            await tenant.CreateContactAsync();
            await bench.PublishAsync();
            await bench.BreakAsync($"UPDATE event_feeds SET last_sequence = 1 WHERE organization_id = '{tenant.Organization.Id.Value}'");
            return tenant.Organization.Id.ToString();
        }),
        ["A contact's second event stands before its first one in the feed"] = new("event-order", async (bench, tenant) =>
        {
            var contact = await tenant.CreateContactAsync();
            (await tenant.Api.PatchAsync($"/contacts/{contact}", new { title = "Another" })).ShouldBe(HttpStatusCode.OK);
            await bench.PublishAsync();
            await bench.BreakAsync(
                $"""
                 UPDATE events SET sequence = -1 WHERE resource_id = '{ContactUuid(contact)}' AND sequence = 1;
                 UPDATE events SET sequence = 1 WHERE resource_id = '{ContactUuid(contact)}' AND sequence = 2;
                 UPDATE events SET sequence = 2 WHERE resource_id = '{ContactUuid(contact)}' AND sequence = -1
                 """);
            return await EventOfAsync(bench, ContactUuid(contact), "contact.updated");
        }),
        ["A contact's second event is published and its first one is not"] = new("event-order", async (bench, tenant) =>
        {
            var contact = await tenant.CreateContactAsync();
            (await tenant.Api.PatchAsync($"/contacts/{contact}", new { title = "Another" })).ShouldBe(HttpStatusCode.OK);
            await bench.BreakAsync(
                $"""
                 UPDATE events SET sequence = 1 WHERE resource_id = '{ContactUuid(contact)}' AND type = 'contact.updated';
                 UPDATE event_feeds SET last_sequence = 1, published_at = now() WHERE organization_id = '{tenant.Organization.Id.Value}'
                 """);
            return await EventOfAsync(bench, ContactUuid(contact), "contact.updated");
        }),
        ["A call ended before it was started"] = new("event-order", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant);
            await bench.BreakAsync(
                $"""
                 UPDATE events SET type = '' WHERE resource_id = '{Uuid(call)}' AND type = 'call.started';
                 UPDATE events SET type = 'call.started' WHERE resource_id = '{Uuid(call)}' AND type = 'call.ended';
                 UPDATE events SET type = 'call.ended' WHERE resource_id = '{Uuid(call)}' AND type = ''
                 """);
            return await EventOfAsync(bench, Uuid(call), "call.started");
        }),
        ["An event has no delivery for an endpoint that has subscribed to it"] = new("delivery-made", async (bench, tenant) =>
        {
            var (_, contact) = await DeliverAsync(bench, tenant);
            await bench.BreakAsync($"DELETE FROM webhook_deliveries WHERE organization_id = '{tenant.Organization.Id.Value}'");
            return await EventOfAsync(bench, contact);
        }),
        ["A pending delivery has no next attempt"] = new(
            "delivery-state",
            async (bench, tenant) =>
            {
                var (delivery, _) = await DeliverAsync(bench, tenant);
                await bench.BreakAsync($"ALTER TABLE webhook_deliveries DROP CONSTRAINT ck_webhook_deliveries_next; UPDATE webhook_deliveries SET next_attempt_at = NULL WHERE id = '{delivery}'");
                return new Id<WebhookDelivery>(delivery).ToString();
            },
            Mend:
            """
            ALTER TABLE webhook_deliveries DROP CONSTRAINT IF EXISTS ck_webhook_deliveries_next;
            ALTER TABLE webhook_deliveries ADD CONSTRAINT ck_webhook_deliveries_next CHECK ((status = 'pending') = (next_attempt_at IS NOT NULL)) NOT VALID
            """),
        ["A failed delivery is somebody's"] = new("delivery-state", async (bench, tenant) =>
        {
            var (delivery, _) = await DeliverAsync(bench, tenant);
            await bench.BreakAsync($"UPDATE webhook_deliveries SET status = 'failed', next_attempt_at = NULL, leased_until = now() WHERE id = '{delivery}'");
            return new Id<WebhookDelivery>(delivery).ToString();
        }),
        ["A delivery counts as delivered and nobody took it"] = new("delivery-answered", async (bench, tenant) =>
        {
            var (delivery, _) = await DeliverAsync(bench, tenant);
            await bench.BreakAsync(
                $"""
                 UPDATE webhook_deliveries SET status = 'delivered', next_attempt_at = NULL, attempts = jsonb_build_array(jsonb_build_object('at', now(), 'statusCode', 302)) WHERE id = '{delivery}'
                 """);
            return new Id<WebhookDelivery>(delivery).ToString();
        }),
        ["A delivery waits for an endpoint that is switched off"] = new("delivery-inactive-endpoint", async (bench, tenant) =>
        {
            var (delivery, _) = await DeliverAsync(bench, tenant);
            await bench.BreakAsync($"UPDATE webhook_endpoints SET is_active = false WHERE organization_id = '{tenant.Organization.Id.Value}'");
            return new Id<WebhookDelivery>(delivery).ToString();
        }),
        ["A delivery is leased for ten minutes"] = new("delivery-lease", async (bench, tenant) =>
        {
            var (delivery, _) = await DeliverAsync(bench, tenant);
            await bench.BreakAsync($"UPDATE webhook_deliveries SET leased_until = now() + interval '10 minutes' WHERE id = '{delivery}'");
            return new Id<WebhookDelivery>(delivery).ToString();
        }),
        ["An attempt was lost two hours ago"] = new("delivery-lease", async (bench, tenant) =>
        {
            var (delivery, _) = await DeliverAsync(bench, tenant);
            await bench.BreakAsync($"UPDATE webhook_deliveries SET leased_until = now() - interval '2 hours' WHERE id = '{delivery}'");
            return new Id<WebhookDelivery>(delivery).ToString();
        }),
        ["A message was read and never delivered"] = new("message-times", async (bench, tenant) =>
        {
            var message = await SentAsync(bench, tenant);
            await bench.BreakAsync(
                $"""
                 UPDATE messages SET status = 'read', read_at = sent_at WHERE id = '{message.Value}';
                 UPDATE events SET data = json_build_object('status', 'read') WHERE resource_id = '{message.Value}'
                 """);
            return message.ToString();
        }),
        ["A message was delivered two hours before it was sent"] = new("message-times", async (bench, tenant) =>
        {
            var message = await SentAsync(bench, tenant);
            await bench.BreakAsync(
                $"""
                 UPDATE messages SET status = 'delivered', delivered_at = sent_at - interval '2 hours' WHERE id = '{message.Value}';
                 UPDATE events SET data = json_build_object('status', 'delivered') WHERE resource_id = '{message.Value}'
                 """);
            return message.ToString();
        }),
        ["A phone rang on a day on which none may"] = new("call-hours", async (bench, tenant) =>
        {
            var call = await bench.CallAsync(tenant);
            const string AnotherDay = "json_build_array(to_char(now() + interval '3 days', 'dy'))";
            const string Window = $"json_build_object('days', {AnotherDay}, 'from', '00:00', 'to', '24:00')";
            await SetPolicyAsync(bench, tenant, $"json_build_array({Window})", maxPerNumber: "NULL");
            return call;
        }),
        ["A number was dialled once more than it may be"] = new("call-cap", async (bench, tenant) =>
        {
            await bench.CallAsync(tenant, "+442071234567");
            var second = await bench.CallAsync(tenant, "+4402071234567");
            await bench.CallAsync(tenant);
            await SetPolicyAsync(bench, tenant, hours: "NULL", "json_build_object('count', 1, 'hours', 1)");
            return second;
        }),
        ["A call is compared by another number"] = new("call-number", async (bench, tenant) =>
        {
            var call = await tenant.PlaceCallAsync("+4402071234567");
            await bench.BreakAsync($"UPDATE calls SET canonical_to = '+4402071234567' WHERE id = '{Uuid(call)}'");
            return call;
        }),
        ["A contact is compared by another number"] = new("contact-number", async (bench, tenant) =>
        {
            var contact = await tenant.CreateContactAsync();
            await bench.BreakAsync($"UPDATE contacts SET canonical_number = '+442071234567' WHERE id = '{ContactUuid(contact)}'");
            return contact;
        }),
        ["An entry of the ledger is compared by another number"] = new("ledger-number", async (bench, tenant) =>
        {
            await tenant.BlockAsync("+14155550199");
            var entry = await tenant.LedgerEntryAsync("+14155550199");
            await bench.BreakAsync($"UPDATE do_not_call_entries SET canonical_number = '+442071234567' WHERE id = '{entry!.Id.Value}'");
            return entry.Id.ToString();
        }),
        ["A conversation is compared by another number"] = new("conversation-number", async (bench, tenant) =>
        {
            var conversation = await tenant.HearAsync(await tenant.ConnectAsync());
            await bench.BreakAsync(
                $"UPDATE conversations SET canonical_number = '+442071234567' WHERE organization_id = '{tenant.Organization.Id.Value}'");
            return conversation;
        }),
        ["A message came in without an event"] = new("message-event", async (bench, tenant) =>
        {
            await tenant.HearAsync(await tenant.ConnectAsync());
            await bench.BreakAsync($"DELETE FROM events WHERE organization_id = '{tenant.Organization.Id.Value}'");
            return TypeId.Format("msg", await bench.FindAsync($"""SELECT id AS "Value" FROM messages WHERE organization_id = '{tenant.Organization.Id.Value}'"""));
        }),
        ["A message was sent without an event"] = new("message-event", async (bench, tenant) =>
        {
            var message = await SentAsync(bench, tenant);
            await bench.BreakAsync($"DELETE FROM events WHERE resource_id = '{message.Value}'");
            return message.ToString();
        }),
        ["A message waits to be sent past its time"] = new("message-deadline", async (bench, tenant) =>
        {
            var message = await tenant.SendTemplateAsync(await tenant.ConnectAsync());
            await bench.BreakAsync($"UPDATE messages SET send_by = now() - interval '3 minutes' WHERE id = '{Id<Message>.Parse(message.Id()).Value}'");
            return message.Id();
        }),
        ["A message was submitted and never heard of"] = new("message-deadline", async (bench, tenant) =>
        {
            var message = await tenant.SendTemplateAsync(await tenant.ConnectAsync());
            await bench.BreakAsync($"UPDATE messages SET claimed_at = now() - interval '33 minutes' WHERE id = '{Id<Message>.Parse(message.Id()).Value}'");
            return message.Id();
        }),
        ["Usage does not count a call that is over"] = new("usage-sums", async (bench, tenant) =>
        {
            await bench.CallAsync(tenant);
            await bench.BreakAsync($"DELETE FROM usage_changes WHERE organization_id = '{tenant.Organization.Id.Value}'");
            return tenant.Organization.Id.ToString();
        }),
        ["Usage counts seconds that nobody talked"] = new("usage-sums", async (bench, tenant) =>
        {
            await bench.CallAsync(tenant);
            await bench.Server.RunAsync<AddUpUsageJob>();
            await bench.BreakAsync($"UPDATE usage_sums SET seconds = seconds + 1 WHERE organization_id = '{tenant.Organization.Id.Value}' AND NOT is_day");
            return tenant.Organization.Id.ToString();
        }),
        ["A day's usage is not that of its hours"] = new("usage-sums", async (bench, tenant) =>
        {
            await bench.CallAsync(tenant);
            await bench.Server.RunAsync<AddUpUsageJob>();
            await bench.BreakAsync($"UPDATE usage_sums SET amount = amount + 1 WHERE organization_id = '{tenant.Organization.Id.Value}' AND is_day");
            return tenant.Organization.Id.ToString();
        }),
        ["Usage counts a message that never came in"] = new("usage-sums", async (bench, tenant) =>
        {
            await bench.BreakAsync(
                $"""
                 INSERT INTO usage_changes (organization_id, hour, is_kept, status, ended_reason, amount, answered, seconds)
                 VALUES ('{tenant.Organization.Id.Value}', date_trunc('hour', now(), 'UTC'), true, 'received', '', 1, 0, 0)
                 """);
            return tenant.Organization.Id.ToString();
        }),
    };

    /// <summary>The simulated carrier never reports such a call: it goes on.</summary>
    private const string Silent = "+14155550007";

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    [Fact]
    public void Every_law_is_among_those_that_are_seen_violated() =>
        Assert.Equal(AuditLaws.All.Select(law => law.Name).Order(), s_cases.Values.Select(broken => broken.Law).Distinct().Order());

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_law_that_is_violated_names_what_breaks_it(string name)
    {
        var broken = s_cases[name];
        var tenant = await bench.CreateTenantAsync();
        var stranger = await bench.CreateTenantAsync();
        await bench.PublishAsync();
        try
        {
            var offender = await broken.BreakAsync(bench, tenant);

            var audit = (await tenant.AuditAsync()).ShouldBe(HttpStatusCode.ServiceUnavailable);

            Assert.Equal("violated", audit.Json.GetProperty("status").GetString());
            var violated = audit.Laws("violated");
            Assert.Equal(new[] { broken.Law }.Concat(broken.Also ?? []).Order(), violated.Select(law => law.Name()).Order());
            var law = violated.Single(law => law.Name() == broken.Law);
            Assert.Equal([offender], law.Offenders());
            Assert.Equal((1, false), (law.GetProperty("violations").GetInt32(), law.GetProperty("atLeast").GetBoolean()));
            (await stranger.AuditAsync()).ShouldHold();
        }
        finally
        {
            await bench.ForgetAsync(tenant);
            if (broken.Mend is not null)
            {
                await bench.BreakAsync(broken.Mend);
            }
        }
    }

    [Fact]
    public async Task Many_offenders_are_counted_up_to_a_thousand_and_twenty_are_named()
    {
        var tenant = await bench.CreateTenantAsync();
        var call = await tenant.PlaceCallAsync();
        await bench.BreakAsync($"UPDATE calls SET due_at = now() - interval '63 minutes', deadline_at = now() - interval '3 minutes' WHERE id = '{Uuid(call)}'");
        await bench.BreakAsync($"UPDATE call_queues SET first_due_at = '-infinity' WHERE organization_id = '{tenant.Organization.Id.Value}'");
        Assert.Equal((1, false, 1), await CountAsync());

        await CopyAsync(999);
        Assert.Equal((1_000, false, 20), await CountAsync());

        await CopyAsync(1);
        Assert.Equal((1_000, true, 20), await CountAsync());

        async Task<(int, bool, int)> CountAsync()
        {
            var law = Assert.Single((await tenant.AuditAsync()).Laws("violated"));
            Assert.Equal("call-dispatch-deadline", law.Name());
            return (law.GetProperty("violations").GetInt32(), law.GetProperty("atLeast").GetBoolean(), law.Offenders().Distinct().Count());
        }

        Task CopyAsync(int count) => bench.BreakAsync(
            $"""
             INSERT INTO calls (id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash, due_at, deadline_at, transcript, created_at, updated_at)
             SELECT gen_random_uuid(), organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash, due_at, deadline_at, transcript, created_at, updated_at
             FROM calls CROSS JOIN generate_series(1, {count}) WHERE id = '{Uuid(call)}'
             """);
    }

    private static Guid Uuid(string call) => Id<Call>.Parse(call).Value;

    private static Guid ContactUuid(string contact) => Id<Contact>.Parse(contact).Value;

    private static Task<OutboxEvent> AddEventAsync(Tenant tenant, string call, string type) =>
        tenant.AddAsync(OutboxEvent.Create(tenant.Organization.Id, type, Uuid(call), new { id = call }, tenant.Now));

    private static async Task<string> EventOfAsync(AuditBench bench, Guid resource, string? type = null) => TypeId.Format(
        OutboxEvent.IdPrefix, await bench.FindAsync($"""SELECT id AS "Value" FROM events WHERE resource_id = '{resource}' AND ('{type}' = '' OR type = '{type}')"""));

    /// <summary>As if it had always been so.</summary>
    private static Task SetLimitAsync(AuditBench bench, Tenant tenant, int limit) =>
        bench.BreakAsync($"UPDATE organizations SET max_concurrent_calls = {limit} WHERE id = '{tenant.Organization.Id.Value}'");

    /// <summary>As if it had always been so.</summary>
    private static Task SetPolicyAsync(AuditBench bench, Tenant tenant, string hours, string maxPerNumber) => bench.BreakAsync(
        $"""
         INSERT INTO calling_policies
           (organization_id, hours, time_zone, fallback_time_zone, outside_hours, max_per_number, version, changed_at)
         VALUES ('{tenant.Organization.Id.Value}', {hours}, 'recipient', 'UTC', 'wait', {maxPerNumber}, 1, now() - interval '1 day')
         """);

    private static Task EnterAsync(AuditBench bench, Tenant tenant, string phone, string at, string liftedAt = "NULL") => bench.BreakAsync(
        $"""
         INSERT INTO do_not_call_entries (id, organization_id, phone, canonical_number, source, at, lifted_at)
         VALUES (gen_random_uuid(), '{tenant.Organization.Id.Value}', '{phone}', '{E164.CanonicalOf(phone)}', 'api', {at}, {liftedAt})
         """);

    /// <summary>A delivery that waits at an endpoint which has been there for a day, of the event of a contact.</summary>
    private static async Task<(Guid Delivery, Guid Contact)> DeliverAsync(AuditBench bench, Tenant tenant)
    {
        var endpoint = await tenant.SubscribeAsync("http://127.0.0.1:9/", "contact.created");
        await bench.BreakAsync($"UPDATE webhook_endpoints SET subscribed_at = subscribed_at - interval '1 day' WHERE id = '{endpoint.Id.Value}'");
        var contact = await tenant.CreateContactAsync();
        await bench.PublishAsync();
        return (await bench.FindAsync($"""SELECT id AS "Value" FROM webhook_deliveries WHERE endpoint_id = '{endpoint.Id.Value}'"""), ContactUuid(contact));
    }

    private static async Task<Id<Message>> SentAsync(AuditBench bench, Tenant tenant)
    {
        var message = await tenant.SendTemplateAsync(await tenant.ConnectAsync());
        await bench.Server.RunAsync<MessageSendJob>();
        return Id<Message>.Parse(message.Id());
    }

    /// <summary>SQL that gives an organization an account with a carrier.</summary>
    private static string AccountOf(Tenant tenant) =>
        $"""
         INSERT INTO carrier_accounts (id, organization_id, provider, name, status, created_at)
         VALUES ('{AccountId(tenant)}', '{tenant.Organization.Id.Value}', 'vapi', 'An account', 'disconnected', now())
         """;

    private static Guid AccountId(Tenant tenant) => tenant.Organization.Id.Value;
}
