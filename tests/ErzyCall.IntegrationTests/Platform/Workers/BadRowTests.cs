using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.ContactGroups;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Features.WhatsApp.Simulation;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.Api.Platform.Workers;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Platform.Workers;

/// <summary>
/// One row that a job cannot work on, the first in its turn, holds up none of the others, and is worked on as soon as it is mended. It is
/// bad in one of two ways: the database refuses every change of it, or something in it cannot be read.
/// </summary>
public sealed class BadRowTests(TestRun run)
{
    private const string First = "+14155550100";
    private const string Second = "+14155550101";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_cannot_be_claimed_holds_up_neither_its_organization_nor_others(bool isReadable)
    {
        var carrier = new ScriptedCarrier();
        await using var engine = await CallEngine.StartAsync(run, carrier);
        var other = await engine.Server.CreateTenantAsync();
        var bad = await engine.Tenant.PlaceCallAsync(First);
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var good = await engine.Tenant.PlaceCallAsync(Second);
        var foreign = await other.PlaceCallAsync(Second);
        var mend = await BreakAsync<Call>(engine.Server, "calls", bad, isReadable ? null : "transcript");

        await engine.DispatchAsync();

        Assert.Equal("processing", (await engine.StateOfAsync(good)).Status);
        Assert.Equal("processing", (await other.GetCallAsync(foreign)).GetProperty("status").GetString());
        await mend();
        await engine.DispatchAsync();
        Assert.Equal("new", (await engine.StateOfAsync(bad)).Status);
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        await engine.DispatchAsync();
        Assert.Equal("processing", (await engine.StateOfAsync(bad)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_cannot_be_ended_at_its_deadline_holds_up_no_other(bool isReadable)
    {
        await using var engine = await CallEngine.StartAsync(run);
        var bad = await engine.Tenant.PlaceCallAsync(First);
        var good = await engine.Tenant.PlaceCallAsync(Second);
        await BreakAsync<Call>(engine.Server, "calls", bad, isReadable ? null : "transcript");

        engine.Clock.Advance(TimeSpan.FromHours(2));
        await engine.Server.RunAsync<CallDeadlineJob>();

        Assert.Equal(("error", "deadline-exceeded"), await engine.StateOfAsync(good));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_cannot_be_hung_up_holds_up_no_other(bool isReadable)
    {
        var carrier = new ScriptedCarrier();
        await using var engine = await CallEngine.StartAsync(run, carrier);
        var bad = await engine.Tenant.PlaceCallAsync(First);
        var good = await engine.Tenant.PlaceCallAsync(Second);
        await engine.DispatchAsync();
        foreach (var call in (string[])[bad, good])
        {
            (await engine.Tenant.Api.PostAsync($"/calls/{call}/cancel", null)).ShouldBe(System.Net.HttpStatusCode.OK);
            engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await BreakAsync<Call>(engine.Server, "calls", bad, isReadable ? null : "transcript");
        await engine.Server.RunAsync<HangUpJob>();

        Assert.Contains(Id<Call>.Parse(good), carrier.ToldToHangUp);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_submission_that_cannot_be_asked_about_holds_up_no_other(bool isReadable)
    {
        var carrier = new ScriptedCarrier { WhenPlaced = _ => throw new IOException("Connection reset") };
        await using var engine = await CallEngine.StartAsync(run, carrier);
        var bad = await engine.Tenant.PlaceCallAsync(First);
        await engine.DispatchAsync();
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var good = await engine.Tenant.PlaceCallAsync(Second);
        await engine.DispatchAsync();
        await BreakAsync<Call>(engine.Server, "calls", bad, isReadable ? null : "transcript");

        engine.Clock.Advance(CallSubmission.Lease);
        await engine.Server.RunAsync<ReconcileCallsJob>();

        Assert.Contains(Id<Call>.Parse(good), carrier.Asked);
    }

    [Theory]
    [InlineData("calls", "id")]
    [InlineData("simulated_calls", "call_id")]
    public async Task A_simulated_call_that_cannot_go_on_holds_up_no_other(string table, string key)
    {
        await using var engine = await CallEngine.StartAsync(run);
        var bad = await engine.Tenant.PlaceCallAsync(First);
        await engine.DispatchAsync();
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var good = await engine.Tenant.PlaceCallAsync(Second);
        await engine.DispatchAsync();
        var mend = await RefuseAsync(engine.Server, table, key, Id<Call>.Parse(bad).Value);

        await engine.SimulateAsync();

        Assert.Equal("ended", (await engine.StateOfAsync(good)).Status);
        await mend();
        engine.Clock.Advance(TimeSpan.FromSeconds(30));
        await engine.SimulateAsync();
        Assert.Equal("ended", (await engine.StateOfAsync(bad)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_that_cannot_be_claimed_holds_up_no_other_conversation(bool isReadable)
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, new ScriptedMessenger());
        var bad = await engine.Tenant.SendTemplateAsync(engine.Account, First);
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var good = await engine.Tenant.SendTemplateAsync(engine.Account, Second);
        var mend = await BreakAsync<Api.Features.WhatsApp.Messages.Message>(engine.Server, "messages", bad.Id(), isReadable ? null : "template");

        await engine.SendAsync();

        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(good));
        await mend();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        await engine.SendAsync();
        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(bad));
    }

    [Fact]
    public async Task A_message_that_cannot_be_recorded_as_sent_is_given_up_and_the_next_ones_go_out()
    {
        WhatsAppEngine? engine = null;
        var messenger = new ScriptedMessenger();
        engine = await WhatsAppEngine.StartAsync(run, messenger);
        await using var ending = engine;
        var bad = await engine.Tenant.SendTemplateAsync(engine.Account, First);
        messenger.WhenSent = async (message, _) =>
        {
            await RefuseAsync(engine.Server, "messages", "id", message.Id.Value);
            messenger.WhenSent = (next, _) => Task.FromResult(ScriptedMessenger.Accepts(next));
            return ScriptedMessenger.Accepts(message);
        };

        await engine.SendAsync();
        var good = await engine.Tenant.SendTemplateAsync(engine.Account, Second);
        await engine.SendAsync();

        Assert.Equal(("queued", null), await engine.Tenant.StateOfAsync(bad));
        Assert.Equal(("sent", null), await engine.Tenant.StateOfAsync(good));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_that_cannot_be_failed_at_its_deadline_holds_up_no_other(bool isReadable)
    {
        await using var engine = await WhatsAppEngine.StartAsync(run, new ScriptedMessenger());
        var bad = await engine.Tenant.SendTemplateAsync(engine.Account, First);
        var good = await engine.Tenant.SendTemplateAsync(engine.Account, Second);
        await BreakAsync<Api.Features.WhatsApp.Messages.Message>(engine.Server, "messages", bad.Id(), isReadable ? null : "template");

        engine.Clock.Advance(TimeSpan.FromDays(30));
        await engine.Server.RunAsync<MessageDeadlineJob>();

        Assert.Equal(("failed", "deadline-exceeded"), await engine.Tenant.StateOfAsync(good));
    }

    [Theory]
    [InlineData("messages", "id")]
    [InlineData("simulated_messages", "message_id")]
    public async Task A_simulated_message_that_cannot_go_on_holds_up_no_other(string table, string key)
    {
        await using var engine = await WhatsAppEngine.StartAsync(run);
        var bad = await engine.Tenant.SendTemplateAsync(engine.Account, First);
        await engine.SendAsync();
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var good = await engine.Tenant.SendTemplateAsync(engine.Account, Second);
        await engine.SendAsync();
        await RefuseAsync(engine.Server, table, key, Id<Api.Features.WhatsApp.Messages.Message>.Parse(bad.Id()).Value);

        await engine.Server.RunAsync<SimulatedMessengerJob>();

        Assert.Equal("read", (await engine.Tenant.StateOfAsync(good)).Status);
    }

    [Fact]
    public async Task An_event_that_cannot_be_published_holds_up_no_other_and_leaves_no_gap()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var other = await engine.Server.CreateTenantAsync();
        var bad = await engine.HappenAsync(Guid.CreateVersion7());
        await engine.HappenAsync(20);
        await other.CreateContactAsync();
        var mend = await RefuseAsync(engine.Server, "events", "id", bad.Id.Value);

        await engine.PublishAsync();

        Assert.Equal(Enumerable.Range(1, 20).Select(number => (long?)number), (await engine.FeedAsync()).Select(row => row.Sequence));
        Assert.True(await engine.Server.InDatabaseAsync(db => db.Events.AllAsync(row => row.OrganizationId != other.Organization.Id || row.Sequence != null)));
        await mend();
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        await engine.PublishAsync();
        Assert.Equal((bad.Id, 21), ((await engine.FeedAsync())[^1].Id, (await engine.FeedAsync())[^1].Sequence));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_delivery_that_cannot_be_claimed_holds_up_no_other(bool isReadable)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var engine = await WebhookEngine.StartAsync(run);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(20);
        await engine.PublishAsync();
        var bad = (await engine.DeliveriesOfAsync(endpoint))[0].Id.Value;
        if (isReadable)
        {
            await RefuseAsync(engine.Server, "webhook_deliveries", "id", bad);
        }
        else
        {
            await engine.Server.ExecuteSqlAsync($"UPDATE webhook_deliveries SET attempts = '7' WHERE id = '{bad}'");
        }

        await engine.RunAllAsync();

        Assert.Equal(19, receiver.Received.Count);
    }

    [Fact]
    public async Task A_secret_that_cannot_be_erased_and_an_event_that_cannot_be_forgotten_hold_up_no_other()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var endpoints = new[]
        {
            await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/a"), WebhookSecret.Generate(), ["call.started"]),
            await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/b"), WebhookSecret.Generate(), ["call.started"]),
        };
        var bad = await engine.HappenAsync(Guid.CreateVersion7(), "call.ended");
        await engine.HappenAsync(Guid.CreateVersion7(), "call.ended");
        await engine.PublishAsync();
        await engine.Server.ExecuteSqlAsync("UPDATE webhook_endpoints SET previous_secret = secret, previous_secret_until = '2026-06-01T10:00:00Z'");
        await RefuseAsync(engine.Server, "webhook_endpoints", "id", endpoints[0].Id.Value);
        await RefuseAsync(engine.Server, "events", "id", bad.Id.Value);

        await engine.Server.RunAsync<PurgeSecretsJob>();
        engine.Clock.Advance(TimeSpan.FromDays(31));
        await engine.Server.RunAsync<PurgeEventsJob>();

        Assert.Null((await engine.EndpointAsync(endpoints[1])).PreviousSecret);
        Assert.Equal([bad.Id], (await engine.FeedAsync()).Select(row => row.Id));
    }

    [Fact]
    public async Task A_call_that_cannot_be_purged_holds_up_no_other()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = await run.CreateDatabaseAsync(),
            Clock = clock,
            Settings = new Dictionary<string, string> { ["Calls:KeepFor"] = "31.00:00:00" },
        });
        var tenant = await server.CreateTenantAsync();
        var bad = await tenant.PlaceCallAsync(First);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var good = await tenant.PlaceCallAsync(Second);
        foreach (var call in (string[])[bad, good])
        {
            (await tenant.Api.PostAsync($"/calls/{call}/cancel", null)).ShouldBe(System.Net.HttpStatusCode.OK);
        }

        await RefuseAsync(server, "calls", "id", Id<Call>.Parse(bad).Value);
        clock.Advance(TimeSpan.FromDays(32));
        await server.RunAsync<PurgeCallsJob>();

        Assert.Equal([Id<Call>.Parse(bad)], await server.InDatabaseAsync(db => db.Calls.Select(call => call.Id).ToListAsync()));
    }

    [Fact]
    public async Task A_group_whose_changes_cannot_be_added_up_holds_up_no_other()
    {
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();
        var groups = new List<string>();
        foreach (var name in (string[])["bad", "good"])
        {
            groups.Add(await tenant.CreateAsync("/contact-groups", new { name }));
            (await tenant.Api.PostAsync($"/contact-groups/{groups[^1]}/members", new { contactIds = new[] { await tenant.CreateContactAsync() } }))
                .ShouldBe(System.Net.HttpStatusCode.OK);
        }

        await RefuseAsync(server, "contact_groups", "id", Id<ContactGroup>.Parse(groups[0]).Value);
        await server.RunAsync<AddUpChangesJob>();

        var good = Id<ContactGroup>.Parse(groups[1]);
        Assert.False(await server.InDatabaseAsync(db => db.ContactGroupChanges.AnyAsync(change => change.GroupId == good)));
    }

    [Fact]
    public async Task A_row_that_stays_bad_is_told_of_less_and_less_often()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        var log = new ListLogger<HangUpJob>();
        var parked = new ParkedRows<HangUpJob>(run.Shared.Services.GetRequiredService<ServerMetrics>(), clock, log);
        var bad = Guid.CreateVersion7(clock.GetUtcNow());

        for (var second = 0; second < 24 * 60 * 60; second++)
        {
            if (!parked.Ids.Contains(bad))
            {
                await parked.TryAsync(bad, () => throw new InvalidOperationException("Cannot be read"));
            }

            clock.Advance(TimeSpan.FromSeconds(1));
        }

        // 1, 2, 4, … seconds, and every ten minutes in the end.
        Assert.InRange(log.Messages.Count(), 10 + 140, 10 + 145);
    }

    /// <param name="column">Of type <c>json</c>: one in which something stands that cannot be read. <c>null</c>: the row is refused
    /// instead.</param>
    /// <returns>What mends the row.</returns>
    private static async Task<Func<Task>> BreakAsync<T>(TestServer server, string table, string id, string? column)
        where T : IResource<T>
    {
        var key = Id<T>.Parse(id).Value;
        if (column is null)
        {
            return await RefuseAsync(server, table, "id", key);
        }

        await server.ExecuteSqlAsync(
            $"CREATE TABLE kept AS SELECT {column} AS value FROM {table} WHERE id = '{key}'; UPDATE {table} SET {column} = '\"unreadable\"' WHERE id = '{key}'");
        return () => server.ExecuteSqlAsync($"UPDATE {table} SET {column} = kept.value FROM kept WHERE id = '{key}'");
    }

    private static async Task<Func<Task>> RefuseAsync(TestServer server, string table, string key, Guid row)
    {
        await server.ExecuteSqlAsync(
            $$"""
              CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a bad row'; END $$;
              CREATE TRIGGER refuse BEFORE UPDATE OR DELETE ON {{table}} FOR EACH ROW WHEN (OLD.{{key}} = '{{row}}') EXECUTE FUNCTION refuse();
              """);
        return () => server.ExecuteSqlAsync($"DROP TRIGGER refuse ON {table}");
    }
}
