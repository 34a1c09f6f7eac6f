using System.Net;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>When an attempt that failed is made again, and when no more are made.</summary>
public sealed class DeliveryScheduleTests(TestRun run)
{
    /// <summary>As finely as the server reads its clock.</summary>
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Ten_attempts_are_made_over_about_three_days_and_then_none()
    {
        TimeSpan[] delays =
        [
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
            TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
        ];
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(Guid.CreateVersion7());

        foreach (var (turn, delay) in delays.Index())
        {
            await engine.RunAllAsync();
            Assert.Equal(turn + 1, receiver.Received.Count);
            var waiting = Assert.Single(await engine.DeliveriesOfAsync(endpoint));
            Assert.Equal(("pending", turn + 1, turn + 1, null), (waiting.Status, waiting.Attempts.Count, waiting.Failures, waiting.LeasedUntil));
            var wait = waiting.NextAttemptAt!.Value - engine.Clock.GetUtcNow();
            Assert.InRange(wait, (delay * 0.8) - s_moment, (delay * 1.2) + s_moment);

            engine.Clock.Advance(wait - s_moment);
            await engine.RunAllAsync();
            Assert.Equal(turn + 1, receiver.Received.Count);
            engine.Clock.Advance(2 * s_moment);
        }

        await engine.RunAllAsync();
        Assert.Equal(10, receiver.Received.Count);
        var given = Assert.Single(await engine.DeliveriesOfAsync(endpoint));
        Assert.Equal(("failed", 10, 10, null, null), (given.Status, given.Attempts.Count, given.Failures, given.NextAttemptAt, given.LeasedUntil));

        receiver.AnswerWith(HttpStatusCode.OK);
        engine.Clock.Advance(TimeSpan.FromDays(2));
        await engine.RunAllAsync();
        Assert.Equal(10, receiver.Received.Count);
        Assert.Equal(10, (await engine.AttemptsOfAsync(endpoint)).Count);
        Assert.True((await engine.EndpointAsync(endpoint)).IsActive);
    }

    [Theory]
    [InlineData(429, "120", 120, 120)]
    [InlineData(503, "7200", 7_200, 7_200)]
    [InlineData(503, "Mon, 01 Jun 2026 11:00:00 GMT", 3_600, 3_600)]
    [InlineData(429, "1000000", 86_400, 86_400)]
    [InlineData(429, "0", 4, 6)]
    [InlineData(503, "Mon, 01 Jun 2026 09:00:00 GMT", 4, 6)]
    [InlineData(503, "soon", 4, 6)]
    [InlineData(500, "3600", 4, 6)]
    public async Task A_receiver_may_ask_for_more_time_up_to_a_day_and_never_for_less(int status, string retryAfter, int atLeast, int atMost)
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith((HttpStatusCode)status, retryAfter: retryAfter);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(Guid.CreateVersion7());

        await engine.RunAllAsync();

        var wait = Assert.Single(await engine.DeliveriesOfAsync(endpoint)).NextAttemptAt!.Value - engine.Clock.GetUtcNow();
        Assert.InRange(wait.TotalSeconds, atLeast, atMost);
        engine.Clock.Advance(wait - s_moment);
        await engine.RunAllAsync();
        Assert.Single(receiver.Received);
        engine.Clock.Advance(2 * s_moment);
        await engine.RunAllAsync();
        Assert.Equal(2, receiver.Received.Count);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_switched_off_at_once_with_all_that_waits_for_it()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var other = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        other.AnswerWith(HttpStatusCode.InternalServerError);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        var healthy = await engine.AddEndpointAsync(other, "call.started");
        await engine.HappenAsync(3);
        await engine.RunAllAsync();
        Assert.All(await engine.DeliveriesOfAsync(endpoint), delivery => Assert.Equal("pending", delivery.Status));

        receiver.AnswerWith(HttpStatusCode.Gone, "Bye");
        await engine.HappenAsync(1);
        await engine.RunAllAsync();

        var gone = await engine.EndpointAsync(endpoint);
        Assert.Equal((false, "It answered 410 Gone"), (gone.IsActive, gone.DisabledReason));
        var deliveries = await engine.DeliveriesOfAsync(endpoint);
        Assert.Equal(4, deliveries.Count);
        Assert.All(deliveries, delivery => Assert.Equal(("failed", 1, null, null), (delivery.Status, delivery.Attempts.Count, delivery.NextAttemptAt, delivery.LeasedUntil)));

        await engine.HappenAsync(1);
        engine.Clock.Advance(TimeSpan.FromDays(1));
        await engine.RunAllAsync();
        Assert.Equal(4, receiver.Received.Count);
        Assert.Equal(4, (await engine.DeliveriesOfAsync(endpoint)).Count);
        Assert.Equal(5, (await engine.DeliveriesOfAsync(healthy)).Count);
        Assert.True((await engine.EndpointAsync(healthy)).IsActive);
    }

    [Fact]
    public async Task Five_days_of_failures_alone_switch_an_endpoint_off()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);
        await engine.RunAllAsync();

        engine.Clock.Advance(TimeSpan.FromDays(5) - s_moment);
        await engine.HappenAsync(1);
        await engine.RunAllAsync();
        Assert.True((await engine.EndpointAsync(endpoint)).IsActive);

        engine.Clock.Advance(s_moment);
        await engine.HappenAsync(1);
        await engine.RunAllAsync();

        var off = await engine.EndpointAsync(endpoint);
        Assert.Equal((false, "Every attempt failed for five days"), (off.IsActive, off.DisabledReason));
        Assert.All(await engine.DeliveriesOfAsync(endpoint), delivery => Assert.Equal(("failed", null), (delivery.Status, delivery.NextAttemptAt)));
        var sent = receiver.Received.Count;
        await engine.HappenAsync(1);
        engine.Clock.Advance(TimeSpan.FromDays(1));
        await engine.RunAllAsync();
        Assert.Equal(sent, receiver.Received.Count);
    }

    [Fact]
    public async Task One_success_in_between_and_the_five_days_begin_anew()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);
        await engine.RunAllAsync();

        engine.Clock.Advance(TimeSpan.FromDays(4));
        receiver.AnswerWith(HttpStatusCode.OK);
        await engine.HappenAsync(1);
        await engine.RunAllAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await engine.HappenAsync(1);
        await engine.RunAllAsync();
        engine.Clock.Advance(TimeSpan.FromDays(5) - s_moment);
        await engine.HappenAsync(1);
        await engine.RunAllAsync();
        Assert.True((await engine.EndpointAsync(endpoint)).IsActive);

        engine.Clock.Advance(s_moment);
        await engine.HappenAsync(1);
        await engine.RunAllAsync();
        Assert.False((await engine.EndpointAsync(endpoint)).IsActive);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_given_up_after_fifteen_seconds()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Hang();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);
        await engine.PublishAsync();
        await engine.Server.RunAsync<WebhookDeliveryJob>();
        await Patience.UntilAsync("the delivery is there", () => !receiver.Received.IsEmpty);

        engine.Clock.Advance(TimeSpan.FromSeconds(15) - s_moment);
        Assert.Equal(1, engine.InFlight.Unanswered);
        var running = Assert.Single(await engine.AttemptsOfAsync(endpoint));
        Assert.Equal((null, null, null, null), (running.StatusCode, running.Error, running.DurationMs, running.ResponseBody));

        engine.Clock.Advance(s_moment);
        await WebhookEngine.WhenAnsweredAsync(engine.Server);
        await engine.Server.RunAsync<WebhookDeliveryJob>();

        var attempt = Assert.Single(await engine.AttemptsOfAsync(endpoint));
        Assert.Equal((null, "Timed out after 15 s", 15_000, null), (attempt.StatusCode, attempt.Error, attempt.DurationMs, attempt.ResponseBody));
        var delivery = Assert.Single(await engine.DeliveriesOfAsync(endpoint));
        Assert.Equal(("pending", 1, null), (delivery.Status, delivery.Failures, delivery.LeasedUntil));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_a_failure_and_not_followed(int status)
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var other = await WebhookReceiver.StartAsync();
        receiver.Answer = (context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = other.Url.ToString();
            return Task.CompletedTask;
        };
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);

        await engine.RunAllAsync();

        Assert.Single(receiver.Received);
        Assert.Empty(other.Received);
        Assert.Equal(status, Assert.Single(await engine.AttemptsOfAsync(endpoint)).StatusCode);
        Assert.Equal(("pending", 1), (await engine.DeliveriesOfAsync(endpoint)).Select(delivery => (delivery.Status, delivery.Failures)).Single());
    }

    [Fact]
    public async Task A_receiver_that_cannot_be_reached_is_a_failure_with_a_reason()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        Uri url;
        await using (var receiver = await WebhookReceiver.StartAsync())
        {
            url = receiver.Url;
        }

        var endpoint = await engine.AddEndpointAsync(url, WebhookSecret.Generate(), "call.started");
        await engine.HappenAsync(1);

        await engine.RunAllAsync();

        var attempt = Assert.Single(await engine.AttemptsOfAsync(endpoint));
        Assert.Equal((null, "Connection refused", null), (attempt.StatusCode, attempt.Error, attempt.ResponseBody));
        Assert.NotNull(attempt.DurationMs);
        var delivery = Assert.Single(await engine.DeliveriesOfAsync(endpoint));
        Assert.Equal(("pending", 1), (delivery.Status, delivery.Failures));
    }
}
