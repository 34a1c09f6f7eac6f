using System.Collections.Concurrent;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>The events of one resource are sent in their order while nothing fails, and nobody else waits for them.</summary>
public sealed class DeliveryOrderTests(TestRun run)
{
    [Fact]
    public async Task An_event_waits_for_the_answer_to_the_one_before_it_and_those_of_other_resources_do_not()
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var engine = await WebhookEngine.StartAsync(run);
        var copy = await engine.StartCopyAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var second = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await engine.AddEndpointAsync(second, "call.started");
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answer = (context, webhook) => TextOf(webhook) == "1" ? release.Task.WaitAsync(context.RequestAborted) : Task.CompletedTask;
        await engine.HappenAsync(one, data: "1");
        await engine.PublishAsync();
        await engine.Server.RunAsync<WebhookDeliveryJob>();
        await Patience.UntilAsync("the first is there", () => !receiver.Received.IsEmpty);

        await engine.HappenAsync(one, data: "2");
        await engine.HappenAsync(other, data: "a");
        await engine.HappenAsync(one, data: "3");
        await engine.HappenAsync(other, data: "b");
        await engine.PublishAsync();
        await Patience.UntilAsync("only the first is under way", async () =>
            await copy.RunAsync<WebhookDeliveryJob>() + await engine.Server.RunAsync<WebhookDeliveryJob>() == 0
            && (await engine.DeliveriesOfAsync(endpoint)).Count(delivery => delivery.LeasedUntil is not null) == 1);

        Assert.Equal(["1", "a", "b"], receiver.Received.Select(TextOf));
        await Patience.UntilAsync("the other endpoint has all", async () =>
        {
            await engine.Server.RunAsync<WebhookDeliveryJob>();
            return second.Received.Count == 5;
        });
        Assert.Equal(["1", "2", "3"], second.Received.Select(TextOf).Where(text => char.IsAsciiDigit(text[0])));

        release.SetResult();
        await WebhookEngine.WhenAnsweredAsync(engine.Server);
        await engine.RunAllAsync();
        Assert.Equal(["1", "a", "b", "2", "3"], receiver.Received.Select(TextOf));
    }

    [Fact]
    public async Task Once_an_event_has_failed_the_later_ones_go_on_without_it()
    {
        var resource = Guid.CreateVersion7();
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        await engine.AddEndpointAsync(receiver, "call.started");
        var broken = true;
        receiver.Answer = (context, webhook) =>
        {
            context.Response.StatusCode = broken && TextOf(webhook) == "1" ? 500 : 200;
            return Task.CompletedTask;
        };
        foreach (var text in new[] { "1", "2", "3" })
        {
            await engine.HappenAsync(resource, data: text);
        }

        await engine.RunAllAsync();
        Assert.Equal(["1", "2", "3"], receiver.Received.Select(TextOf));

        broken = false;
        engine.Clock.Advance(TimeSpan.FromSeconds(6));
        await engine.RunAllAsync();
        Assert.Equal(["1", "2", "3", "1"], receiver.Received.Select(TextOf));
    }

    [Fact]
    public async Task Several_servers_at_once_keep_the_order_of_every_resource()
    {
        const int Resources = 20;
        const int EventsOfEach = 8;
        await using var engine = await WebhookEngine.StartAsync(run);
        var copy = await engine.StartCopyAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        var open = new ConcurrentDictionary<string, int>();
        var overtaken = 0;
        receiver.Answer = async (context, webhook) =>
        {
            // While one is open the next of its resource must not come.
            var resource = TextOf(webhook).Split(' ')[0];
            if (open.AddOrUpdate(resource, 1, (_, count) => count + 1) > 1)
            {
                Interlocked.Increment(ref overtaken);
            }

            await Task.Yield();
            await context.Response.CompleteAsync();
            open.AddOrUpdate(resource, 0, (_, count) => count - 1);
        };
        var resources = Enumerable.Range(0, Resources).Select(_ => Guid.CreateVersion7()).ToList();
        for (var number = 0; number < EventsOfEach; number++)
        {
            foreach (var (resource, id) in resources.Index())
            {
                await engine.HappenAsync(id, data: $"{resource} {number}");
            }
        }

        await engine.PublishAsync();
        await Patience.UntilAsync("all are delivered", async () =>
        {
            await Task.WhenAll(
                engine.Server.RunAsync<WebhookDeliveryJob>(), copy.RunAsync<WebhookDeliveryJob>(), engine.Server.RunAsync<WebhookDeliveryJob>(), copy.RunAsync<WebhookDeliveryJob>());
            return (await engine.DeliveriesOfAsync(endpoint)).All(delivery => delivery.Status == DeliveryStatus.Delivered);
        });

        Assert.Equal(0, overtaken);
        Assert.Equal(Resources * EventsOfEach, receiver.Received.Count);
        foreach (var sent in receiver.Received.Select(webhook => TextOf(webhook).Split(' ')).GroupBy(text => text[0], text => text[1]))
        {
            Assert.Equal(Enumerable.Range(0, EventsOfEach), sent.Select(int.Parse));
        }
    }

    private static string TextOf(ReceivedWebhook webhook) => webhook.Json.GetProperty("data").GetProperty("text").GetString()!;
}
