using System.Net;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>What goes wrong between claiming a delivery and recording the answer to it.</summary>
public sealed class DeliveryLeaseTests(TestRun run)
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(1);

    private static readonly WebhookAnswer s_success = new(200, Error: null, TimeSpan.FromMilliseconds(7), "Fine", RetryAfter: null);

    private static readonly WebhookAnswer s_failure = new(500, Error: null, TimeSpan.FromMilliseconds(8), "Oh no", RetryAfter: null);

    [Fact]
    public async Task What_a_process_claimed_before_it_died_is_sent_when_its_lease_is_over()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(2);
        await engine.PublishAsync();
        Assert.Equal(2, (await engine.ClaimAndDieAsync()).Count);

        engine.Clock.Advance(s_lease - s_moment);
        await engine.RunAllAsync();
        Assert.Empty(receiver.Received);

        engine.Clock.Advance(s_moment);
        await engine.RunAllAsync();
        Assert.Equal(2, receiver.Received.Count);
        Assert.All(
            await engine.DeliveriesOfAsync(endpoint),
            delivery => Assert.Equal(("delivered", 2, 1, null), (delivery.Status, delivery.Attempts.Count, delivery.Failures, delivery.LeasedUntil)));
        var attempts = await engine.AttemptsOfAsync(endpoint);
        Assert.Equal([null, null, 200, 200], attempts.Select(attempt => attempt.StatusCode));
        Assert.All(attempts.Take(2), lost => Assert.Equal(("No answer was recorded", null), (lost.Error, lost.DurationMs)));
    }

    [Fact]
    public async Task Attempts_that_are_lost_again_and_again_are_counted_and_come_to_an_end_with_the_next_that_fails()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);
        await engine.PublishAsync();
        for (var lost = 0; lost < 9; lost++)
        {
            Assert.Single(await engine.ClaimAndDieAsync());
            engine.Clock.Advance(s_lease);
        }

        await engine.RunAllAsync();

        var delivery = Assert.Single(await engine.DeliveriesOfAsync(endpoint));
        Assert.Equal(("failed", 10, 10, null, null), (delivery.Status, delivery.Attempts.Count, delivery.Failures, delivery.NextAttemptAt, delivery.LeasedUntil));
        Assert.All((await engine.AttemptsOfAsync(endpoint)).Take(9), attempt => Assert.Equal("No answer was recorded", attempt.Error));
    }

    [Fact]
    public async Task The_late_failure_of_an_older_attempt_changes_nothing()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var (endpoint, first, second) = await ClaimTwiceAsync(engine);

        await engine.RecordAsync(new AttemptResult(first, s_failure));
        var running = Assert.Single(await engine.DeliveriesOfAsync(endpoint));
        Assert.Equal(("pending", 2, 1), (running.Status, running.Attempts.Count, running.Failures));
        Assert.NotNull(running.LeasedUntil);

        await engine.RecordAsync(new AttemptResult(second, s_success));
        Assert.Equal("delivered", Assert.Single(await engine.DeliveriesOfAsync(endpoint)).Status);
        Assert.Equal([500, 200], (await engine.AttemptsOfAsync(endpoint)).Select(attempt => attempt.StatusCode));

        engine.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await engine.ClaimAndDieAsync());
    }

    [Fact]
    public async Task A_delivery_that_is_asked_for_anew_during_an_attempt_is_due_at_once_when_that_fails()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (endpoint, claimed) = await ClaimAsync(engine, receiver.Url);
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        var delivery = Assert.Single(await engine.DeliveriesOfAsync(endpoint));
        (await engine.Tenant.Api.PostAsync($"/webhooks/{endpoint.Id}/deliveries/{delivery.Id}/resend", null)).ShouldBe(HttpStatusCode.OK);

        await engine.RecordAsync(new AttemptResult(claimed, s_failure with { StatusCode = 429, RetryAfter = TimeSpan.FromHours(24) }));

        Assert.Equal(engine.Tenant.Now, Assert.Single(await engine.DeliveriesOfAsync(endpoint)).NextAttemptAt);
        await engine.RunAllAsync();
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task What_an_old_address_answers_is_not_held_against_a_new_one()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (endpoint, claimed) = await ClaimAsync(engine, receiver.Url);
        (await engine.Tenant.Api.PatchAsync($"/webhooks/{endpoint.Id}", new { url = $"{receiver.Url}/new" })).ShouldBe(HttpStatusCode.OK);

        await engine.RecordAsync(new AttemptResult(claimed, s_failure with { StatusCode = 410 }));

        var moved = await engine.EndpointAsync(endpoint);
        Assert.Equal((true, null, null), (moved.IsActive, moved.DisabledReason, moved.FailingSince));
    }

    [Fact]
    public async Task An_endpoint_that_moves_begins_its_five_days_anew()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);
        await engine.RunAllAsync();
        engine.Clock.Advance(TimeSpan.FromDays(6));
        (await engine.Tenant.Api.PatchAsync($"/webhooks/{endpoint.Id}", new { url = $"{receiver.Url}/new" })).ShouldBe(HttpStatusCode.OK);

        await engine.RunAllAsync();

        Assert.Equal(2, receiver.Received.Count);
        Assert.True((await engine.EndpointAsync(endpoint)).IsActive);
    }

    [Fact]
    public async Task An_attempt_that_was_given_up_with_its_process_is_not_shown_as_running_for_ever()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);
        await engine.PublishAsync();
        Assert.Single(await engine.ClaimAndDieAsync());
        var path = $"/webhooks/{endpoint.Id}";
        (await engine.Tenant.Api.PatchAsync(path, new { isActive = false })).ShouldBe(HttpStatusCode.OK);
        (await engine.Tenant.Api.PatchAsync(path, new { isActive = true })).ShouldBe(HttpStatusCode.OK);

        var delivery = Assert.Single(await engine.DeliveriesOfAsync(endpoint));
        (await engine.Tenant.Api.PostAsync($"{path}/deliveries/{delivery.Id}/resend", null)).ShouldBe(HttpStatusCode.OK);
        await engine.RunAllAsync();

        Assert.Equal([("No answer was recorded", null), (null, 200)], (await engine.AttemptsOfAsync(endpoint)).Select(attempt => (attempt.Error, attempt.StatusCode)));
    }

    [Fact]
    public async Task While_a_process_is_crowded_an_endpoint_gets_a_few_attempts_at_once()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(120);
        await engine.PublishAsync();

        Assert.Equal(5, (await engine.ClaimAndDieAsync(isCrowded: true)).Count);
        Assert.Empty(await engine.ClaimAndDieAsync(isCrowded: true));
        Assert.Equal(95, (await engine.ClaimAndDieAsync()).Count);
    }

    [Fact]
    public async Task The_late_success_of_an_older_attempt_counts()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var (endpoint, first, second) = await ClaimTwiceAsync(engine);

        await engine.RecordAsync(new AttemptResult(first, s_success));
        await engine.RecordAsync(new AttemptResult(second, s_failure));

        await AssertDeliveredForEverAsync(engine, endpoint);
        Assert.Equal([(200, null), (500, null)], (await engine.AttemptsOfAsync(endpoint)).Select(attempt => (attempt.StatusCode, attempt.Error)));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Of_two_answers_that_are_recorded_together_the_success_counts(bool firstSucceeded, bool firstIsHeardFirst)
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var (endpoint, first, second) = await ClaimTwiceAsync(engine);
        AttemptResult[] results = [new(first, firstSucceeded ? s_success : s_failure), new(second, firstSucceeded ? s_failure : s_success)];

        await engine.RecordAsync(firstIsHeardFirst ? results : [.. results.Reverse()]);

        await AssertDeliveredForEverAsync(engine, endpoint);
    }

    [Fact]
    public async Task A_success_that_is_heard_after_the_delivery_was_given_up_counts()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(2);
        await engine.PublishAsync();
        var claimed = await engine.ClaimAndDieAsync();

        await engine.RecordAsync(new AttemptResult(claimed[0], s_failure with { StatusCode = 410 }));
        await engine.RecordAsync(new AttemptResult(claimed[1], s_success));

        Assert.Equal(["delivered", "failed"], (await engine.DeliveriesOfAsync(endpoint)).Select(delivery => delivery.Status).Order());
        Assert.False((await engine.EndpointAsync(endpoint)).IsActive);
    }

    [Fact]
    public async Task A_failure_that_is_heard_after_the_delivery_was_given_up_does_not_bring_it_back()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(2);
        await engine.PublishAsync();
        var claimed = await engine.ClaimAndDieAsync();

        await engine.RecordAsync(new AttemptResult(claimed[0], s_failure with { StatusCode = 410 }));
        await engine.RecordAsync(new AttemptResult(claimed[1], s_failure));

        Assert.All(await engine.DeliveriesOfAsync(endpoint), delivery => Assert.Equal(("failed", null, null), (delivery.Status, delivery.NextAttemptAt, delivery.LeasedUntil)));
    }

    [Fact]
    public async Task A_process_that_stood_still_after_its_claim_does_not_send_any_more()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);
        await engine.PublishAsync();
        var claimedAt = engine.Clock.GetUtcNow();
        var claimed = await engine.ClaimAndDieAsync();

        engine.Clock.Advance(s_lease - WebhookSender.Limit + s_moment);
        engine.InFlight.Begin(claimed, [endpoint], claimedAt);
        await WebhookEngine.WhenAnsweredAsync(engine.Server);

        Assert.Empty(receiver.Received);
        engine.Clock.Advance(s_lease);
        await engine.RunAllAsync();
        Assert.Single(receiver.Received);
        Assert.Equal("delivered", Assert.Single(await engine.DeliveriesOfAsync(endpoint)).Status);
    }

    [Fact]
    public async Task An_answer_is_recorded_although_the_database_was_away_when_it_came()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);
        await engine.PublishAsync();
        receiver.Answer = (_, _) => AllowConnectionsAsync(engine, allowed: false);
        await engine.Server.RunAsync<WebhookDeliveryJob>();

        await WebhookEngine.WhenAnsweredAsync(engine.Server);
        for (var step = 0; step < 3; step++)
        {
            await Assert.ThrowsAnyAsync<Exception>(engine.Server.StepAsync<WebhookDeliveryJob>);
        }

        await AllowConnectionsAsync(engine, allowed: true);
        await engine.Server.RunAsync<WebhookDeliveryJob>();

        Assert.Equal(("delivered", 1, 0), (await engine.DeliveriesOfAsync(endpoint)).Select(delivery => (delivery.Status, delivery.Attempts.Count, delivery.Failures)).Single());
        Assert.Equal(200, Assert.Single(await engine.AttemptsOfAsync(endpoint)).StatusCode);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task An_answer_that_the_database_does_not_take_is_given_up_alone()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(5);
        await engine.PublishAsync();
        var refused = (await engine.DeliveriesOfAsync(endpoint))[3];
        await engine.Server.ExecuteSqlAsync(
            $"ALTER TABLE webhook_deliveries ADD CONSTRAINT refused CHECK (id <> '{refused.Id.Value}' OR jsonb_array_length(attempts) <> 1 OR status <> 'delivered')");
        await engine.Server.RunAsync<WebhookDeliveryJob>();
        await WebhookEngine.WhenAnsweredAsync(engine.Server);

        var refusals = 0;
        for (var step = 0; engine.InFlight.Count > 0; step++)
        {
            Assert.True(step < 10);
            refusals += await Record.ExceptionAsync(engine.Server.StepAsync<WebhookDeliveryJob>) is null ? 0 : 1;
        }

        Assert.True(refusals > 1);
        engine.Clock.Advance(s_lease);
        await engine.RunAllAsync();
        Assert.Equal([1, 1, 1, 2, 1], (await engine.DeliveriesOfAsync(endpoint)).Select(delivery => delivery.Attempts.Count));
        Assert.All(await engine.DeliveriesOfAsync(endpoint), delivery => Assert.Equal("delivered", delivery.Status));
        Assert.Equal("No answer was recorded", (await engine.DeliveriesOfAsync(endpoint))[3].Attempts[0].Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_is_stopped_waits_for_the_answers_to_what_it_has_sent(bool workers)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var release = receiver.Hang();
        await using var engine = await WebhookEngine.StartAsync(run);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(3);
        await engine.PublishAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = engine.Postgres, Clock = engine.Clock, Settings = WebhookEngine.Settings, Workers = workers });
        if (!workers)
        {
            await server.RunAsync<WebhookDeliveryJob>();
        }

        await Patience.UntilAsync("the deliveries are under way", () => receiver.Received.Count == 3);
        var stopping = server.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var stop = server.DisposeAsync().AsTask();
        await Patience.UntilAsync("the server is stopping", () => stopping.IsCancellationRequested);
        Assert.False(stop.IsCompleted);
        release.SetResult();
        await stop;

        Assert.All(await engine.DeliveriesOfAsync(endpoint), delivery => Assert.Equal(("delivered", 1, null), (delivery.Status, delivery.Attempts.Count, delivery.LeasedUntil)));
        Assert.All(await engine.AttemptsOfAsync(endpoint), attempt => Assert.Equal(200, attempt.StatusCode));
        Assert.Equal(3, receiver.Received.Count);
    }

    [Fact]
    public async Task A_server_whose_time_to_stop_is_over_leaves_behind_what_is_in_flight_and_says_so()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Hang();
        await using var engine = await WebhookEngine.StartAsync(run);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(2);
        await engine.PublishAsync();
        var log = new ListLogger<WebhookDeliveryJob>();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = engine.Postgres,
            Clock = engine.Clock,
            Settings = new Dictionary<string, string>(WebhookEngine.Settings) { ["Shutdown:Timeout"] = "00:00:00.5" },
            Workers = true,
            Services = services => services.AddSingleton<ILogger<WebhookDeliveryJob>>(log),
        });
        await Patience.UntilAsync("the deliveries are in flight", () => receiver.Received.Count == 2);

        await server.DisposeAsync();

        // It is stopped by the test and by its own main program, whichever comes first.
        Assert.Equal(["WebhookDeliveryJob leaves 2 in flight behind; they will be done again when their leases are over"], log.Messages.Distinct());
        Assert.All(
            await engine.DeliveriesOfAsync(endpoint),
            delivery => Assert.Equal(("pending", 1), (delivery.Status, delivery.Attempts.Count)));
        engine.Clock.Advance(s_lease);
        Assert.Equal(2, (await engine.ClaimAndDieAsync()).Count);
    }

    /// <summary>A delivery whose first attempt has been counted and is not made.</summary>
    private static async Task<(WebhookEndpoint Endpoint, ClaimedDelivery Claimed)> ClaimAsync(WebhookEngine engine, Uri url)
    {
        var endpoint = await engine.AddEndpointAsync(url, WebhookSecret.Generate(), "call.started");
        await engine.HappenAsync(1);
        await engine.PublishAsync();
        return (endpoint, Assert.Single(await engine.ClaimAndDieAsync()));
    }

    /// <summary>A delivery whose first attempt was lost and whose second one is under way.</summary>
    private static async Task<(WebhookEndpoint Endpoint, ClaimedDelivery First, ClaimedDelivery Second)> ClaimTwiceAsync(WebhookEngine engine)
    {
        var (endpoint, first) = await ClaimAsync(engine, new Uri("http://127.0.0.1:9/hooks"));
        engine.Clock.Advance(s_lease);
        var second = Assert.Single(await engine.ClaimAndDieAsync());
        Assert.Equal((1, 2), (first.Number, second.Number));
        return (endpoint, first, second);
    }

    private static async Task AssertDeliveredForEverAsync(WebhookEngine engine, WebhookEndpoint endpoint)
    {
        var delivery = Assert.Single(await engine.DeliveriesOfAsync(endpoint));
        Assert.Equal(("delivered", 2, null, null), (delivery.Status, delivery.Attempts.Count, delivery.NextAttemptAt, delivery.LeasedUntil));
        engine.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await engine.ClaimAndDieAsync());
    }

    /// <summary>Over a connection to another database, as nobody may connect to this one.</summary>
    private static async Task AllowConnectionsAsync(WebhookEngine engine, bool allowed)
    {
        var name = new NpgsqlConnectionStringBuilder(engine.Postgres).Database;
        await using var administrator = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(engine.Postgres) { Database = "postgres", Pooling = false });
#pragma warning disable CA2100 // The name is the test's own.
        await using (var allow = administrator.CreateCommand($"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allowed}"))
#pragma warning restore CA2100
        {
            await allow.ExecuteNonQueryAsync();
        }

        if (!allowed)
        {
            await using var end = administrator.CreateCommand($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'");
            await end.ExecuteNonQueryAsync();
        }
    }
}
