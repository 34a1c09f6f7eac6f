using System.Net;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Npgsql;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>Servers whose jobs run by themselves.</summary>
public sealed class WokenDeliveryTests(TestRun run)
{
    [Fact]
    public async Task An_event_is_published_and_sent_at_once_without_waiting_for_anybody_to_look()
    {
        // Time stands still, so no job ever looks by itself: each step is because of a commit.
        await using var engine = await WebhookEngine.StartAsync(run, workers: true);
        await using var receiver = await WebhookReceiver.StartAsync();
        await engine.AddEndpointAsync(receiver, "contact.created");

        // The first may still be found by a job that looks because it starts.
        for (var contact = 1; contact <= 5; contact++)
        {
            await engine.Tenant.CreateContactAsync();
            await Patience.UntilAsync($"event {contact} has come", () => receiver.Received.Count == contact);
        }
    }

    [Fact]
    public async Task More_than_an_endpoint_may_have_at_once_is_sent_as_the_answers_come()
    {
        await using var engine = await WebhookEngine.StartAsync(run, workers: true);
        await using var receiver = await WebhookReceiver.StartAsync();
        await engine.AddEndpointAsync(receiver, "call.started");

        await engine.HappenAsync(300);

        await Patience.UntilAsync("all have come", () => receiver.Received.Count == 300);
    }

    [Fact]
    public async Task A_listener_whose_connection_was_cut_listens_again()
    {
        await using var engine = await WebhookEngine.StartAsync(run, new DelayCountingClock(TimeSpan.FromSeconds(1)), workers: true);
        await using var receiver = await WebhookReceiver.StartAsync();
        await engine.AddEndpointAsync(receiver, "contact.created");
        await engine.Tenant.CreateContactAsync();
        await Patience.UntilAsync("the first event has come", () => receiver.Received.Count == 1);
        await using var administrator = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(engine.Postgres) { Pooling = false });
        await using var listeners = administrator.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'");
        await using var end = administrator.CreateCommand("SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'");
        Assert.Equal(1L, await end.ExecuteScalarAsync(TestContext.Current.CancellationToken));

        await Patience.UntilAsync("it listens again", async () =>
        {
            engine.Clock.Advance(TimeSpan.FromSeconds(1));
            return 1L.Equals(await listeners.ExecuteScalarAsync());
        });

        // From here on time stands still again.
        for (var contact = 2; contact <= 5; contact++)
        {
            await engine.Tenant.CreateContactAsync();
            await Patience.UntilAsync($"event {contact} has come", () => receiver.Received.Count == contact);
        }
    }

    [Fact]
    public async Task After_PostgreSQL_was_restarted_everything_goes_on()
    {
        await using var postgres = await OwnPostgres.StartAsync(run);
        await using var engine = await WebhookEngine.StartAsync(run, postgres.ConnectionString);
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "contact.created");
        var held = receiver.Hang();
        await engine.Tenant.CreateContactAsync();
        await Patience.UntilAsync("the first event has come", () => receiver.Received.Count == 1);

        // It goes away while an attempt is under way, whose answer comes while it is away.
        await postgres.StopAsync();
        held.SetResult();
        await postgres.StartAgainAsync();

        await Patience.UntilAsync("a contact can be made", async () =>
            (await engine.Tenant.Api.PostAsync("/contacts", new { title = "After", phone = "+14155570000" })).Status is HttpStatusCode.Created or HttpStatusCode.Conflict);
        await Patience.UntilAsync("both are delivered", async () =>
            (await engine.DeliveriesOfAsync(endpoint)).Count(delivery => delivery.Status == DeliveryStatus.Delivered) == 2);
        Assert.Equal(2, receiver.Received.Count);
    }
}
