using System.Net;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>A slow or dead endpoint holds up nothing but itself.</summary>
public sealed class DeliveryFairnessTests(TestRun run)
{
    private const int Events = 200;

    private const int MaxAtOnce = 100;

    [Fact]
    public async Task While_one_endpoint_answers_nothing_another_gets_everything()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var copy = await engine.StartCopyAsync();
        await using var hanging = await WebhookReceiver.StartAsync();
        await using var healthy = await WebhookReceiver.StartAsync();
        hanging.Hang();
        var slow = await engine.AddEndpointAsync(hanging, "call.started");
        await engine.AddEndpointAsync(healthy, "call.started");
        await engine.HappenAsync(Events);
        await engine.PublishAsync();

        // Time stands still: nothing that hangs is given up.
        await Patience.UntilAsync("the healthy endpoint has everything", async () =>
        {
            await Task.WhenAll(engine.Server.RunAsync<WebhookDeliveryJob>(), copy.RunAsync<WebhookDeliveryJob>());
            return healthy.Received.Count == Events;
        });

        await Patience.UntilAsync("the other one has as much as it may have at once", () => hanging.Received.Count == MaxAtOnce);
        Assert.Equal(MaxAtOnce, (await engine.DeliveriesOfAsync(slow)).Count(delivery => delivery.LeasedUntil is not null));
        Assert.Equal(MaxAtOnce, (await engine.AttemptsOfAsync(slow)).Count);
    }

    [Fact]
    public async Task An_endpoint_that_somebody_changes_at_length_keeps_its_own_answers_waiting_and_no_others()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var other = await WebhookReceiver.StartAsync();
        var held = await engine.AddEndpointAsync(receiver, "call.started");
        var healthy = await engine.AddEndpointAsync(other, "call.started");
        var gone = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);
        await engine.PublishAsync();
        await engine.Server.RunAsync<WebhookDeliveryJob>();
        await WebhookEngine.WhenAnsweredAsync(engine.Server);
        (await engine.Tenant.Api.DeleteAsync($"/webhooks/{gone.Id}")).ShouldBe(HttpStatusCode.NoContent);
        await engine.HappenAsync(1);
        await engine.PublishAsync();

        await using (var connection = await engine.Server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new NpgsqlCommand("SELECT FROM webhook_endpoints WHERE id = $1 FOR UPDATE", connection) { Parameters = { new() { Value = held.Id.Value } } };
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await engine.Server.RunAsync<WebhookDeliveryJob>();
            await WebhookEngine.WhenAnsweredAsync(engine.Server);
            await engine.Server.RunAsync<WebhookDeliveryJob>();

            Assert.All(await engine.DeliveriesOfAsync(healthy), delivery => Assert.Equal("delivered", delivery.Status));
            Assert.Equal(["pending", "pending"], (await engine.DeliveriesOfAsync(held)).Select(delivery => delivery.Status));
        }

        await engine.RunAllAsync();
        Assert.All(await engine.DeliveriesOfAsync(held), delivery => Assert.Equal(("delivered", 1), (delivery.Status, delivery.Attempts.Count)));
        Assert.Equal(0, engine.InFlight.Count);
    }

    [Fact]
    public async Task An_endpoint_whose_last_attempt_failed_gets_five_at_once()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var copy = await engine.StartCopyAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);
        await engine.RunAllAsync();
        var release = receiver.Hang();
        await engine.HappenAsync(Events);
        await engine.PublishAsync();

        for (var step = 0; step < 3; step++)
        {
            await Task.WhenAll(engine.Server.RunAsync<WebhookDeliveryJob>(), copy.RunAsync<WebhookDeliveryJob>());
        }

        await Patience.UntilAsync("five have come", () => receiver.Received.Count == 6);
        Assert.Equal(5, (await engine.DeliveriesOfAsync(endpoint)).Count(delivery => delivery.LeasedUntil is not null));

        // And when it is well again, everything it is owed.
        release.SetResult();
        await Patience.UntilAsync("all have come", async () =>
        {
            await Task.WhenAll(engine.Server.RunAsync<WebhookDeliveryJob>(), copy.RunAsync<WebhookDeliveryJob>());
            return receiver.Received.Count == Events + 1;
        });
    }

    [Fact]
    public async Task What_is_new_for_a_failing_endpoint_does_not_wait_behind_what_is_tried_again()
    {
        const int Waiting = 30;
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.HappenAsync(1);
        await engine.RunAllAsync();
        receiver.Hang();
        await engine.HappenAsync(Waiting);
        await engine.PublishAsync();

        // Five at a time, fifteen seconds each, while those that failed are due again every few seconds.
        for (var round = 1; round <= Waiting / 5; round++)
        {
            await engine.Server.RunAsync<WebhookDeliveryJob>();
            await Patience.UntilAsync("five more have come", () => receiver.Received.Count == 1 + (5 * round));
            engine.Clock.Advance(WebhookSender.Limit);
            await WebhookEngine.WhenAnsweredAsync(engine.Server);
        }

        // The retries then have their turn.
        await engine.Server.RunAsync<WebhookDeliveryJob>();
        Assert.All(await engine.DeliveriesOfAsync(endpoint), delivery => Assert.Equal(1, delivery.Failures));
        Assert.Equal(1 + Waiting + 5, (await engine.AttemptsOfAsync(endpoint)).Count);
        await Patience.UntilAsync("five come again", () => receiver.Received.Count == 1 + Waiting + 5);
    }

    [Fact]
    public async Task More_endpoints_than_a_step_serves_all_have_their_turn()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var hanging = await WebhookReceiver.StartAsync();
        await using var healthy = await WebhookReceiver.StartAsync();
        hanging.Hang();

        // Fifteen of the same kind, of four organizations: none of them may keep the last one from its turn.
        await engine.Server.ExecuteSqlAsync(
            """
            INSERT INTO organizations SELECT (jsonb_populate_record(organizations, jsonb_build_object('id', gen_random_uuid()))).* FROM organizations, generate_series(1, 3);
            """);
        var endpoint = await engine.AddEndpointAsync(hanging, "call.started");
        await engine.Server.ExecuteSqlAsync(
            """
            INSERT INTO webhook_endpoints
            SELECT (jsonb_populate_record(webhook_endpoints, jsonb_build_object('id', gen_random_uuid(), 'slot', place, 'organization_id', organizations.id))).*
            FROM webhook_endpoints, organizations, generate_series(1, 5) AS place WHERE organizations.id <> organization_id;
            INSERT INTO events (id, organization_id, type, resource_id, data, created_at, is_private)
            SELECT gen_random_uuid(), organizations.id, 'call.started', gen_random_uuid(), '"text"', organizations.created_at, false FROM organizations, generate_series(1, 110);
            """);
        await engine.Server.ExecuteSqlAsync($"UPDATE webhook_endpoints SET url = '{healthy.Url}' WHERE id = (SELECT id FROM webhook_endpoints WHERE id <> '{endpoint.Id.Value}' ORDER BY id DESC LIMIT 1)");
        await engine.PublishAsync();

        await Patience.UntilAsync("the healthy endpoint has everything", async () =>
        {
            await engine.Server.RunAsync<WebhookDeliveryJob>();
            return healthy.Received.Count == 110;
        });
        await Patience.UntilAsync("the other fifteen have as much as they may have", async () =>
        {
            await engine.Server.RunAsync<WebhookDeliveryJob>();
            return hanging.Received.Count == 15 * MaxAtOnce;
        });
    }
}
