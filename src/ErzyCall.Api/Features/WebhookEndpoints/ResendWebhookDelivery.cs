using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>
/// Begins a delivery anew, whatever became of it: it is tried at once, and again by the whole schedule. Its event and its body are what
/// they were. To an inactive endpoint only a <c>ping</c> is sent again; anything else is 422 <c>INVALID_STATE</c>.
/// </summary>
[Example("""{"status":"pending","nextAttemptAt":"2026-01-15T11:00:00.000Z"}""")]
internal static class ResendWebhookDelivery
{
    public static Task<Ok<Data<DeliveryResponse>>> HandleAsync(
        Id<WebhookEndpoint> webhookEndpointId,
        Id<WebhookDelivery> deliveryId,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var endpoint = await db.LockOwnAsync(webhookEndpointId, caller, cancellationToken)
                    ?? throw new ApiException(WebhookEndpointRules.NotFound);
                var delivery = db.WebhookDeliveries.OwnedBy(caller)
                    .Where(row => row.Id == deliveryId && row.EndpointId == webhookEndpointId);
                var type = await delivery.Select(row => row.Event).SingleOrDefaultAsync(cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("delivery"));
                if (!endpoint.IsActive && type != Ping.Event)
                {
                    throw new ApiException(WebhookEndpointRules.Inactive);
                }

                db.Announce(DeliveryQueue.Table);
                await delivery.BeginAnewAsync(clock.Now(), cancellationToken);
                return TypedResults.Ok(Data.Of(await delivery.ShowDeliveryAsync(cancellationToken)));
            },
            cancellationToken);
}
