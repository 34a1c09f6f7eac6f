using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WebhookEndpoints;

internal static class WebhookSetup
{
    public static void AddWebhooks(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddWebhookSender(configuration, environment);
        services
            .AddSingleton<DeliveryMetrics>()
            .AddSingleton<InFlightDeliveries>()
            .AddScoped<ITakesEvents, EventDeliveries>()
            .AddJob<WebhookDeliveryJob>()
            .AddJob<PurgeSecretsJob>()
            .AddToApiDocument<DocumentWebhooks>()
            .AddExamples(new()
            {
                ["url"] = "https://example.com/hooks/erzycall",
                ["disabledReason"] = "It answered 410 Gone",
                ["error"] = "Not delivered",
                ["responseBody"] = "ok",
            })
            .AddSingleton(static provider => new SchemaVariants(
                typeof(WebhookPayload),
                EventDescriptions.Discriminator,
                [.. provider.GetServices<EventDescription>().Select(known => known.Variant(WebhookPayload.Suffix))]))
            .AddEventDescription<Ping>(
                Ping.Event, WebhookRoutes.Tag, "Somebody tries out the endpoint: `POST /webhooks/{id}/test`.")
            .AddDatabaseGauge(
                "erzycall.webhooks.deliveries.waiting",
                "{delivery}",
                "Deliveries that are not over: due, under way, or waiting to be tried again.",
                static (db, _, cancellationToken) =>
                    db.WebhookDeliveries.LongCountAsync(delivery => delivery.Status == DeliveryStatus.Pending, cancellationToken))
            .AddDatabaseGauge(
                "erzycall.webhooks.deliveries.due",
                "{delivery}",
                "Deliveries that are due and not under way.",
                static (db, now, cancellationToken) => db.WebhookDeliveries.LongCountAsync(
                    delivery => delivery.Status == DeliveryStatus.Pending
                        && delivery.NextAttemptAt <= now
                        && (delivery.LeasedUntil == null || delivery.LeasedUntil <= now),
                    cancellationToken));
    }
}
