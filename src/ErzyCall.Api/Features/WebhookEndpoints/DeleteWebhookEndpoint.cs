using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>Deletes a webhook endpoint, its secret and its deliveries. An attempt that is in flight goes on.</summary>
internal static class DeleteWebhookEndpoint
{
    public static Task<NoContent> HandleAsync(
        Id<WebhookEndpoint> webhookEndpointId,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var endpoint = await db.LockOwnAsync(webhookEndpointId, caller, cancellationToken)
                    ?? throw new ApiException(WebhookEndpointRules.NotFound);
                await ifMatch.CheckAsync(() => db.ShowEndpointAsync(webhookEndpointId, caller, clock.Now(), cancellationToken));
                db.WebhookEndpoints.Remove(endpoint);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.NoContent();
            },
            cancellationToken);
}
