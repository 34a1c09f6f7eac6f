using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>
/// Sends a <c>ping</c> to this webhook endpoint alone, even when it is inactive. The answer is the delivery, which is about to be tried,
/// and is tried again as any other. The event is not in <c>GET /events</c>.
/// </summary>
[Example($$"""{"event":"{{Ping.Event}}","status":"pending","attempts":[],"nextAttemptAt":"2026-01-15T10:30:00.000Z"}""")]
internal static class TestWebhookEndpoint
{
    public static Task<Ok<Data<DeliveryResponse>>> HandleAsync(
        Id<WebhookEndpoint> webhookEndpointId,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var endpoint = await db.LockOwnAsync(webhookEndpointId, caller, cancellationToken)
                    ?? throw new ApiException(WebhookEndpointRules.NotFound);
                var now = clock.Now();
                var ping = OutboxEvent.Create(
                    caller.OrganizationId, Ping.Event, endpoint.Id.Value, new Ping(endpoint.Id), now, isPrivate: true);
                db.Events.Add(ping);
                await db.SaveChangesAsync(cancellationToken);
                await db.EnqueueAsync([(ping.Id.Value, endpoint.Id)], now, cancellationToken);
                var delivery = db.WebhookDeliveries.OwnedBy(caller).Where(row => row.EventId == ping.Id);
                return TypedResults.Ok(Data.Of(await delivery.ShowDeliveryAsync(cancellationToken)));
            },
            cancellationToken);
}
