using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Idempotency;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>Say where events are to be sent, and see what became of them.</summary>
internal static class WebhookRoutes
{
    public const string Tag = "Webhooks";

    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags(Tag);
        webhooks.MapGet("/", ListWebhookEndpoints.HandleAsync).RequireScope(Scopes.WebhooksRead).InOneStatement();
        webhooks.MapPost("/", CreateWebhookEndpoint.HandleAsync).RequireScope(Scopes.WebhooksWrite)
            .WithMetadata(ReturnsSecret.Instance)
            .Refuses(WebhookEndpointRules.TooMany);
        webhooks.MapGet("/{webhookEndpointId}", GetWebhookEndpoint.HandleAsync).RequireScope(Scopes.WebhooksRead);
        webhooks.MapPatch("/{webhookEndpointId}", UpdateWebhookEndpoint.HandleAsync).RequireScope(Scopes.WebhooksWrite);
        webhooks.MapDelete("/{webhookEndpointId}", DeleteWebhookEndpoint.HandleAsync).RequireScope(Scopes.WebhooksWrite);
        webhooks.MapPost("/{webhookEndpointId}/rotate-secret", RotateWebhookSecret.HandleAsync).RequireScope(Scopes.WebhooksWrite)
            .WithMetadata(ReturnsSecret.Instance);
        webhooks.MapPost("/{webhookEndpointId}/test", TestWebhookEndpoint.HandleAsync).RequireScope(Scopes.WebhooksWrite);
        webhooks.MapGet("/{webhookEndpointId}/deliveries", ListWebhookDeliveries.HandleAsync).RequireScope(Scopes.WebhooksRead);
        webhooks.MapPost("/{webhookEndpointId}/deliveries/{deliveryId}/resend", ResendWebhookDelivery.HandleAsync)
            .RequireScope(Scopes.WebhooksWrite)
            .Refuses(WebhookEndpointRules.Inactive);
        webhooks.MapPost("/{webhookEndpointId}/recover", RecoverWebhookDeliveries.HandleAsync).RequireScope(Scopes.WebhooksWrite)
            .Refuses(WebhookEndpointRules.Inactive);
    }
}
