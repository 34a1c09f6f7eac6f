using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>
/// A webhook endpoint and how it fares. The counts of its deliveries in the last 24 hours are part of its <c>ETag</c>, so an
/// <c>If-Match</c> grows stale with each delivery.
/// </summary>
internal static class GetWebhookEndpoint
{
    public static async Task<SingleResource<WebhookEndpointDetailsResponse>> HandleAsync(
        Id<WebhookEndpoint> webhookEndpointId,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        SingleResource.Of(await db.ShowEndpointAsync(webhookEndpointId, caller, clock.Now(), cancellationToken));
}
