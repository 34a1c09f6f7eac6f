using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.IntegrationTests.Features.Events;

public sealed class PurgeEventsTests(TestRun run)
{
    [Fact]
    public async Task Events_are_kept_for_thirty_days_and_then_go_with_their_deliveries_and_attempts()
    {
        const int Old = 5_001;
        await using var engine = await WebhookEngine.StartAsync(run);
        var endpoint = await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/"), WebhookSecret.Generate(), "call.started");
        await engine.HappenAsync(Old - 1);
        await engine.Tenant.AddAsync(OutboxEvent.Create(engine.Tenant.Organization.Id, "ping", endpoint.Id.Value, "x", engine.Tenant.Now, isPrivate: true));
        await engine.PublishAsync();
        Assert.Equal(100, (await engine.ClaimAndDieAsync()).Count);
        engine.Clock.Advance(TimeSpan.FromDays(1));
        await engine.HappenAsync(2);
        await engine.PublishAsync();

        // To the millisecond thirty days after the first ones.
        engine.Clock.Advance(TimeSpan.FromDays(29));
        Assert.Equal(0, await engine.Server.RunAsync<PurgeEventsJob>());
        Assert.Equal(Old + 2, await engine.Server.InDatabaseAsync(db => db.Events.CountAsync()));

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await engine.Server.RunAsync<PurgeEventsJob>());
        Assert.Equal([Old, Old + 1L], (await engine.FeedAsync()).Select(row => row.Sequence!.Value));
        Assert.Equal(2, await engine.Server.InDatabaseAsync(db => db.Events.CountAsync()));
        Assert.Equal(2, (await engine.DeliveriesOfAsync(endpoint)).Count);
        Assert.Empty(await engine.AttemptsOfAsync(endpoint));

        // The feed goes on where it was, not where the table is.
        engine.Clock.Advance(TimeSpan.FromDays(2));
        await engine.Server.RunAsync<PurgeEventsJob>();
        Assert.Empty(await engine.FeedAsync());
        await engine.HappenAsync(1);
        await engine.PublishAsync();
        Assert.Equal(Old + 2, Assert.Single(await engine.FeedAsync()).Sequence);
    }

    [Fact]
    public async Task An_event_that_nobody_could_publish_for_so_long_is_not_forgotten_before_it_is()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await engine.HappenAsync(1);
        engine.Clock.Advance(TimeSpan.FromDays(31));

        await engine.Server.RunAsync<PurgeEventsJob>();
        await engine.PublishAsync();

        Assert.Single(await engine.FeedAsync());
    }
}
