using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Outbox;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WebhookEndpoints;

internal static class WebhookSetup
{
    public static void AddWebhooks(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddWebhookSender(configuration, environment);
        services
            .AddSingleton<EndpointSecrets>()

            // Services are stopped in reverse order: first nothing new is begun, then what is under way is waited for.
            .AddSingleton<DeliveriesUnderWay>()
            .AddHostedService(provider => provider.GetRequiredService<DeliveriesUnderWay>())
            .AddJob<WebhookDeliveryJob>()
            .AddJob<EraseSecretsJob>()
            .AddEventDescription<Ping>(Ping.Event, WebhookRoutes.Tag, "Somebody tries out the endpoint: `POST /webhooks/{id}/test`.", isSubscribable: false);
    }
}
