using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

public sealed class WebhookDeliveryTests(TestRun run)
{
    [Fact]
    public async Task An_event_reaches_every_endpoint_that_has_subscribed_to_it_once()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var other = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "contact.created", "contact.deleted");
        await engine.AddEndpointAsync(other, "contact.updated");
        await engine.Tenant.CreateContactAsync();

        await engine.RunAllAsync();
        await engine.RunAllAsync();

        Assert.Empty(other.Received);
        var received = Assert.Single(receiver.Received);
        Assert.Equal("contact.created", received.Event);
        var delivery = Assert.Single(await engine.DeliveriesOfAsync(endpoint));
        Assert.Equal(("delivered", 1, 0), (delivery.Status, delivery.Attempts.Count, delivery.Failures));
        Assert.Null(delivery.NextAttemptAt);
        var attempt = Assert.Single(await engine.AttemptsOfAsync(endpoint));
        Assert.Equal((200, null, ""), (attempt.StatusCode, attempt.Error, attempt.ResponseBody));
        Assert.NotNull(attempt.DurationMs);
    }

    [Fact]
    public async Task A_failure_is_tried_again_when_the_schedule_says()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError, "Oh no");
        var endpoint = await engine.AddEndpointAsync(receiver, "contact.created");
        await engine.Tenant.CreateContactAsync();

        await engine.RunAllAsync();
        Assert.Single(receiver.Received);
        engine.Clock.Advance(TimeSpan.FromSeconds(3.9));
        await engine.RunAllAsync();
        Assert.Single(receiver.Received);

        receiver.AnswerWith(HttpStatusCode.NoContent);
        engine.Clock.Advance(TimeSpan.FromSeconds(2.2));
        await engine.RunAllAsync();

        Assert.Equal(2, receiver.Received.Count);
        Assert.Equal("delivered", Assert.Single(await engine.DeliveriesOfAsync(endpoint)).Status);
        Assert.Equal([(500, "Oh no"), (204, "")], (await engine.AttemptsOfAsync(endpoint)).Select(attempt => (attempt.StatusCode!.Value, attempt.ResponseBody!)));
    }
}
