using System.Net;
using ErzyCall.Api.Commands;
using ErzyCall.Api.Features.Audit;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Features.WhatsApp.Simulation;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Features.Audit;

/// <summary>A database in which nothing is wrong passes, whatever is going on in it and however old it gets.</summary>
public sealed class HealthyAuditTests(TestRun run)
{
    /// <summary>Far more than a small database takes on a slow machine: here no law may be left unchecked.</summary>
    private static readonly AuditBounds s_patient = new(LooksBack: TimeSpan.FromDays(30), EachLaw: TimeSpan.FromMinutes(1), AllLaws: TimeSpan.FromMinutes(10));

    private static readonly string[] s_callEvents = ["call.scheduled", "call.started", "call.ended", "call.failed", "call.cancelled"];

    [Fact]
    public async Task Every_outcome_that_there_is_passes_at_once_and_until_it_is_forgotten()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        var options = new TestServerOptions { Postgres = await run.CreateDatabaseAsync(), Clock = clock, Settings = WebhookEngine.Settings };
        await using var server = await run.StartServerAsync(options);
        var tenant = await server.CreateTenantAsync(new TenantOptions { MaxConcurrentCalls = 40 });
        await using var receiver = await WebhookReceiver.StartAsync();
        await tenant.SubscribeAsync(receiver.Url.ToString(), [.. s_callEvents, "contact.created", "contact.updated", "contact.deleted", "whatsapp.message.status"]);
        await tenant.SubscribeAsync("http://127.0.0.1:9/", "call.ended");
        var switchedOff = await tenant.SubscribeAsync("http://127.0.0.1:9/", "call.ended", "contact.created");

        // By the test's time, not by PostgreSQL's: what has been so from the beginning is judged.
        await server.ExecuteSqlAsync("UPDATE organizations SET limit_set_at = created_at; UPDATE webhook_endpoints SET subscribed_at = created_at");
        clock.Advance(TimeSpan.FromMinutes(5));
        await ShouldHoldAsync(server);

        await CallAsync(tenant);
        await WriteAsync(tenant);
        await KeepContactsAsync(tenant);
        await ShouldHoldAsync(server);
        await using (var stuck = await run.StartServerAsync(options with { Services = WithADyingCarrier }))
        {
            // Claims all that is due, and is never heard of again.
            await stuck.RunAsync<CallDispatchJob>();
        }

        await ShouldHoldAsync(server);
        clock.Advance(TimeSpan.FromSeconds(1));
        await CallAsync(tenant);
        await WriteAsync(tenant);
        await server.RunAsync<CallDispatchJob>();
        await server.RunAsync<MessageSendJob>();
        await server.RunAsync<PublishEventsJob>();
        await ShouldHoldAsync(server);
        await RunAllAsync(server, clock);
        await ShouldHoldAsync(server);
        (await tenant.Api.PatchAsync($"/webhooks/{switchedOff.Id}", new { isActive = false })).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PostAsync($"/webhooks/{switchedOff.Id}/test", null)).ShouldBe(HttpStatusCode.OK);
        await ShouldHoldAsync(server);

        // What was lost is found, what is silent runs into its deadline, what fails is tried again.
        foreach (var minutes in new[] { 1, 1, 1, 10, 30, 30, 60, 300 })
        {
            clock.Advance(TimeSpan.FromMinutes(minutes));
            await RunAllAsync(server, clock);
            await ShouldHoldAsync(server);
        }

        Assert.Equal(
            ["assistant-ended-call", "carrier-rejected", "contact-opted-out", "customer-busy", "customer-did-not-answer", "customer-ended-call", "deadline-exceeded", "dispatch-unknown", "manually-canceled", "silence-timed-out", "voicemail"],
            await server.InDatabaseAsync(db => db.Calls.Where(call => call.EndedReason != null).Select(call => call.EndedReason!).Distinct().OrderBy(reason => reason).ToListAsync()));
        Assert.Equal(["delivered", "failed", "read", "sent"], await server.InDatabaseAsync(db => db.Messages.Select(message => message.Status).Distinct().OrderBy(status => status).ToListAsync()));

        // Day by day, with something happening every day, until all of it is forgotten; more slowly while the first of it is. Then comes what was scheduled before that.
        for (var day = 0.0; day < 37; day += Step(day))
        {
            clock.Advance(TimeSpan.FromDays(Step(day)));
            await tenant.PlaceCallAsync();
            await tenant.CreateContactAsync();
            if (day is 1)
            {
                // Published twenty hours late, and so forgotten before those around it.
                await server.ExecuteSqlAsync("UPDATE events SET created_at = created_at - interval '20 hours' WHERE sequence IS NULL AND type = 'contact.created'");
            }

            await RunAllAsync(server, clock);
            await server.RunAsync<PurgeEventsJob>();
            await server.RunAsync<PurgeStoredResponsesJob>();
            await ShouldHoldAsync(server);

            // As a copy of the server forgets whose turn comes half an hour later, when the audit has read the clock already.
            var before = $"{clock.GetUtcNow() - PurgeEventsJob.KeptFor + TimeSpan.FromMinutes(30):O}";
            await server.ExecuteSqlAsync($"DELETE FROM events WHERE created_at < '{before}'");
            await ShouldHoldAsync(server);
        }

        Assert.True(await server.InDatabaseAsync(db => db.Events.MinAsync(happened => happened.Sequence)) > 1);
        Assert.Equal(0, await server.InDatabaseAsync(db => db.Calls.CountAsync(call => call.EndedAt == null)));
        Assert.Equal(1, await server.InDatabaseAsync(db => db.WebhookEndpoints.CountAsync(endpoint => endpoint.IsActive)));

        static double Step(double day) => day is < 2 or (>= 29.5 and < 32) ? 0.25 : 1.5;
    }

    [Fact]
    public async Task A_limit_below_what_is_being_dialled_is_no_violation_of_it()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        await server.ExecuteSqlAsync("UPDATE organizations SET limit_set_at = limit_set_at - interval '1 day'");
        foreach (var _ in Enumerable.Range(0, 4))
        {
            await tenant.PlaceCallAsync("+14155550007");
        }

        await server.RunAsync<CallDispatchJob>();
        await server.InDatabaseAsync(db => db.Organizations.ExecuteUpdateAsync(organization => organization.SetProperty(row => row.MaxConcurrentCalls, 2)));

        Assert.Equal(4, await server.InDatabaseAsync(db => db.Calls.CountAsync(call => call.Status == "processing")));
        (await tenant.AuditAsync()).ShouldHold();
    }

    [Fact]
    public async Task What_happens_at_the_same_time_on_the_ledger_and_to_a_call_is_no_violation()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        foreach (var to in new[] { "+14155551001", "+14155551002", "+14155551003" })
        {
            await tenant.PlaceCallAsync(to);
        }

        await server.RunAsync<CallDispatchJob>();

        // Entered a moment before it was dialled, lifted before it and a moment after it, and in force since.
        await server.ExecuteSqlAsync(
            """
            INSERT INTO do_not_call_entries (id, organization_id, phone, canonical_number, source, at, lifted_at)
            SELECT gen_random_uuid(), organization_id, phone, phone, 'api', started_at + entered, started_at + lifted
            FROM (VALUES ('+14155551001', interval '-1 minute', NULL), ('+14155551002', interval '-2 days', interval '-1 day'), ('+14155551002', interval '-9 hours', interval '1 minute'),
              ('+14155551003', interval '1 second', NULL)) AS entry (phone, entered, lifted)
            JOIN calls ON calls."to" = phone
            """);

        (await tenant.AuditAsync()).ShouldHold();
    }

    [Fact]
    public async Task An_endpoint_owes_nothing_for_the_time_in_which_it_was_switched_off_or_subscribed_to_something_else()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Settings = WebhookEngine.Settings });
        var tenant = await server.CreateTenantAsync();
        var off = (await tenant.SubscribeAsync("http://127.0.0.1:9/", "contact.created")).Id;
        var elsewhere = (await tenant.SubscribeAsync("http://127.0.0.1:9/", "call.ended")).Id;
        await server.ExecuteSqlAsync("UPDATE webhook_endpoints SET subscribed_at = subscribed_at - interval '1 day', created_at = created_at - interval '1 day'");
        (await tenant.Api.PatchAsync($"/webhooks/{off}", new { isActive = false })).ShouldBe(HttpStatusCode.OK);
        await tenant.CreateContactAsync();
        await server.RunAsync<PublishEventsJob>();

        // An hour ago, so that the event is too old for an endpoint to have been made while it was published.
        await server.ExecuteSqlAsync("UPDATE events SET created_at = created_at - interval '1 hour'; UPDATE event_feeds SET published_at = published_at - interval '1 hour'");
        (await tenant.Api.PatchAsync($"/webhooks/{off}", new { isActive = true })).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PatchAsync($"/webhooks/{elsewhere}", new { events = new[] { "contact.created" } })).ShouldBe(HttpStatusCode.OK);

        Assert.Equal(0, await server.InDatabaseAsync(db => db.WebhookDeliveries.CountAsync()));
        (await tenant.AuditAsync()).ShouldHold();

        // That of a new address or description is the one it was.
        var since = await SubscribedAtAsync();
        (await tenant.Api.PatchAsync($"/webhooks/{off}", new { url = "http://127.0.0.1:8080/", description = "Another" })).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(since, await SubscribedAtAsync());

        Task<List<DateTimeOffset>> SubscribedAtAsync() =>
            server.InDatabaseAsync(db => db.WebhookEndpoints.OrderBy(endpoint => endpoint.Slot).Select(endpoint => EF.Property<DateTimeOffset>(endpoint, "SubscribedAt")).ToListAsync());
    }

    [Fact]
    public async Task Calls_made_in_bulk_for_measuring_are_nobodys_calls()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        await server.InDatabaseAsync(async db =>
        {
            await BulkData.AddCallsAsync(db, tenant.Organization.Id, 20, tenant.Now, TestContext.Current.CancellationToken);
            return true;
        });

        (await tenant.AuditAsync("?since=2020-01-01T00:00:00Z")).ShouldHold();
    }

    [Fact]
    public async Task Nothing_is_violated_at_any_moment_while_two_servers_are_busy()
    {
        var options = new TestServerOptions { Postgres = await run.CreateDatabaseAsync(), Settings = WebhookEngine.Settings, Workers = true };
        await using var server = await run.StartServerAsync(options);
        await using var other = await run.StartServerAsync(options);
        await using var receiver = await WebhookReceiver.StartAsync();
        var tenants = new[] { await server.CreateTenantAsync(), await other.CreateTenantAsync(new TenantOptions { MaxConcurrentCalls = 2 }) };
        foreach (var tenant in tenants)
        {
            await tenant.SubscribeAsync(receiver.Url.ToString(), [.. s_callEvents, "contact.created", "contact.deleted"]);
        }

        await server.ExecuteSqlAsync("UPDATE organizations SET limit_set_at = limit_set_at - interval '1 day'; UPDATE webhook_endpoints SET subscribed_at = subscribed_at - interval '1 day'");

        var busy = Task.WhenAll(tenants.SelectMany(tenant => Enumerable.Range(0, 3).Select(worker => KeepBusyAsync(tenant, worker))));
        var audits = 0;
        do
        {
            await ShouldHoldAsync(server);
            audits++;
        }
        while (!busy.IsCompleted);

        await busy;
        await Patience.UntilAsync("all calls are over", () => server.InDatabaseAsync(db => db.Calls.AllAsync(call => call.EndedAt != null)));
        await ShouldHoldAsync(server);
        Assert.True(audits > 0);

        static async Task KeepBusyAsync(Tenant tenant, int worker)
        {
            for (var turn = 0; turn < 12; turn++)
            {
                var call = await tenant.PlaceCallAsync($"+1415555{turn % 8:D4}");
                var contact = await tenant.CreateAsync("/contacts", new { title = "A contact", phone = $"+1415{worker:D3}{turn:D4}" });
                await tenant.Api.PostAsync($"/calls/{call}/cancel", null);
                (await tenant.Api.PostAsync("/calls", new { to = $"+14155552{worker}{turn:D2}", from = tenant.Number }, $"{worker} {turn}")).ShouldBe(HttpStatusCode.Created);
                (await tenant.Api.DeleteAsync($"/contacts/{contact}")).ShouldBe(HttpStatusCode.NoContent);
            }
        }
    }

    /// <summary>Of all organizations, as the command does it.</summary>
    private static async Task ShouldHoldAsync(TestServer server)
    {
        var report = await server.Services.GetRequiredService<Auditor>().RunAsync(organization: null, since: null, s_patient, TestContext.Current.CancellationToken);
        Assert.All(report.Laws, law => Assert.Equal((law.Name, AuditStatus.Ok, ""), (law.Name, law.Status, string.Join(' ', law.Offenders))));
        Assert.Equal(AuditLaws.All.Count, report.Laws.Count);
    }

    /// <summary>Calls of every kind, some of them refused, cancelled or for later, in one request or under a key.</summary>
    private static async Task CallAsync(Tenant tenant)
    {
        foreach (var ending in new[] { "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0100" })
        {
            // The second time, one of them is on the ledger.
            var placed = await tenant.Api.PostAsync("/calls", new { to = $"+1415555{ending}", from = Tenant.From }, $"{ending} {tenant.Now:O}");
            Assert.True(placed.Status is HttpStatusCode.Created or HttpStatusCode.Forbidden, placed.Text);
        }

        await tenant.Api.PostAsync($"/calls/{await tenant.PlaceCallAsync()}/cancel", null);
        await tenant.Api.PostAsync("/calls/batch", new { defaults = new { from = Tenant.From }, calls = new[] { new { to = "+14155550101" }, new { to = "+14155550102" } } }, $"batch {tenant.Now:O}");
        await ScheduleAsync(TimeSpan.FromHours(1));
        await ScheduleAsync(TimeSpan.FromDays(35));
        await tenant.Api.PostAsync($"/calls/{await ScheduleAsync(TimeSpan.FromHours(2))}/cancel", null);

        // Refused at once; stopped when it is to be dialled; and entered, lifted and called.
        await tenant.Api.PostAsync("/do-not-call", new { phone = "+14155550198" });
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550198", from = Tenant.From }, $"refused {tenant.Now:O}")).ShouldBeError(403, "CONTACT_OPTED_OUT");
        await tenant.Api.PostAsync("/do-not-call", new { phone = "+14155550197" });
        await tenant.Api.DeleteAsync("/do-not-call/%2B14155550197");
        await tenant.PlaceCallAsync("+14155550197");
        await tenant.Api.PostAsync("/do-not-call", new { phone = "+14155550197" });

        async Task<string> ScheduleAsync(TimeSpan later) => await tenant.CreateAsync("/calls", new { to = "+14155550100", from = Tenant.From, scheduledAt = $"{tenant.Now + later:O}" });
    }

    private static async Task WriteAsync(Tenant tenant)
    {
        var account = await tenant.ConnectAsync();
        foreach (var ending in new[] { "1001", "0001", "0002", "0003", "0004", "0005", "0006" })
        {
            await tenant.Api.PostAsync(
                "/whatsapp/messages", new { integrationId = account.Id.ToString(), to = $"+1415556{ending}", type = "template", template = WhatsAppTenant.Template }, $"message {ending} {tenant.Now:O}");
        }

        await tenant.SendTextAsync(await tenant.HearAsync(account));
    }

    private static async Task KeepContactsAsync(Tenant tenant)
    {
        var contact = await tenant.CreateContactAsync();
        await tenant.Api.PatchAsync($"/contacts/{contact}", new { title = "Another", optOut = new { optedOut = true, reason = "Asked us" } });
        await tenant.Api.PatchAsync($"/contacts/{contact}", new { optOut = new { optedOut = false } });
        await tenant.Api.PostAsync("/contacts/batch", new { contacts = new[] { new { title = "One", phone = "+14155557001" }, new { title = "Two", phone = "+14155557002" } } }, "contacts");
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550103", from = Tenant.From, contactId = contact })).ShouldBe(HttpStatusCode.Created);
        (await tenant.Api.DeleteAsync($"/contacts/{contact}")).ShouldBe(HttpStatusCode.NoContent);
    }

    /// <summary>Every job until none has anything to do at this moment.</summary>
    private static async Task RunAllAsync(TestServer server, FakeTimeProvider clock)
    {
        int steps;
        do
        {
            steps = await server.RunAsync<CallDispatchJob>() + await server.RunAsync<ReconcileCallsJob>() + await server.RunAsync<HangUpJob>()
                + await Patience.WhileTimePassesAsync(clock, server.RunAsync<SimulatedCarrierJob>())
                + await server.RunAsync<MessageSendJob>() + await Patience.WhileTimePassesAsync(clock, server.RunAsync<SimulatedMessengerJob>()) + await server.RunAsync<PublishEventsJob>() + await server.RunAsync<WebhookDeliveryJob>();
            await WebhookEngine.WhenAnsweredAsync(server);
            await server.RunAsync<CallDeadlineJob>();
            await server.RunAsync<MessageDeadlineJob>();
        }
        while (steps > 0);
    }

    private static void WithADyingCarrier(IServiceCollection services) =>
        services.RemoveAll<ICarrier>().AddSingleton<ICarrier>(new ScriptedCarrier { WhenPlaced = _ => throw new IOException("The process died") });
}
