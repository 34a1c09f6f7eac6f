using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>
/// Sends a webhook endpoint every event since a time that it has subscribed to and not received: those whose delivery failed, and those
/// that happened while it was switched off or before it was made. What is still pending is counted as matched and stays as it is. An
/// inactive endpoint is 422 <c>INVALID_STATE</c>: switch it on first. Events are kept for 30 days.
/// </summary>
internal static class RecoverWebhookDeliveries
{
    /// <summary>The most events in one statement.</summary>
    private const int BatchSize = 10_000;

    public static Task<Ok<Data<RecoveryResponse>>> HandleAsync(
        Id<WebhookEndpoint> webhookEndpointId,
        Body<RecoverWebhookDeliveriesRequest> body,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                // While the endpoint is locked, nothing is published to it or recorded of it: what is missed now is so until the end.
                var endpoint = await db.LockOwnAsync(webhookEndpointId, caller, cancellationToken)
                    ?? throw new ApiException(WebhookEndpointRules.NotFound);
                if (!endpoint.IsActive)
                {
                    throw new ApiException(WebhookEndpointRules.Inactive);
                }

                var missed = MissedBy(endpoint, body.Value.Since.Value, caller, db);
                if (body.Value.DryRun is true)
                {
                    return TypedResults.Ok(Data.Of(new RecoveryResponse(await missed.CountAsync(cancellationToken), Queued: 0)));
                }

                var events = await missed
                    .OrderBy(happened => happened.Position)
                    .Select(happened => happened.Id)
                    .ToListAsync(cancellationToken);
                var queued = await QueueAsync(endpoint, events, caller, db, clock.Now(), cancellationToken);
                return TypedResults.Ok(Data.Of(new RecoveryResponse(events.Count, queued)));
            },
            cancellationToken);

    /// <summary>
    /// The published events that an endpoint has missed. For one that is not published yet, the publishing makes a delivery.
    /// </summary>
    private static IQueryable<OutboxEvent> MissedBy(WebhookEndpoint endpoint, DateTimeOffset since, Caller caller, ErzyCallDbContext db) =>
        db.Events.OwnedBy(caller)
            .Where(happened => happened.Sequence != null
                && !happened.IsPrivate
                && happened.CreatedAt >= since
                && endpoint.Events.Contains(happened.Type))

            // This is one look-up in the unique index for each. As a join ("not any that is delivered") PostgreSQL may compare all with all
            // when it misjudges how many there are.
            .Where(happened => (db.Set<WebhookDelivery>()
                .Where(delivery => delivery.EventId == happened.Id && delivery.EndpointId == endpoint.Id)
                .Select(delivery => delivery.Status)
                .FirstOrDefault() ?? "") != DeliveryStatus.Delivered);

    private static async Task<int> QueueAsync(
        WebhookEndpoint endpoint,
        List<Id<OutboxEvent>> events,
        Caller caller,
        ErzyCallDbContext db,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var queued = 0;
        foreach (var batch in events.Chunk(BatchSize))
        {
            queued += await db.WebhookDeliveries.OwnedBy(caller)
                .Where(delivery => delivery.EndpointId == endpoint.Id
                    && batch.Contains(delivery.EventId)
                    && delivery.Status != DeliveryStatus.Pending)
                .BeginAnewAsync(now, cancellationToken);
            queued += await db.EnqueueAsync([.. batch.Select(happened => (happened.Value, endpoint.Id))], now, cancellationToken);
        }

        return queued;
    }
}

/// <summary>What is to be sent again.</summary>
internal sealed record RecoverWebhookDeliveriesRequest
{
    /// <summary>The time since which missed events are sent; not in the future.</summary>
    public required Given<DateTimeOffset> Since { get; init; }

    /// <summary>Whether the events are only counted, and nothing is sent. Left out, they are sent.</summary>
    public bool? DryRun { get; init; }
}

/// <summary>What an endpoint had missed, and what is sent to it now.</summary>
/// <param name="Matched">The number of events that were not delivered.</param>
/// <param name="Queued">The number of events that are sent now: all but those whose delivery is still pending; 0 in a dry run.</param>
[SchemaName("WebhookRecovery")]
internal sealed record RecoveryResponse(int Matched, int Queued);

internal sealed class RecoverWebhookDeliveriesValidator : AbstractValidator<RecoverWebhookDeliveriesRequest>
{
    public RecoverWebhookDeliveriesValidator(TimeProvider clock) => RuleFor(recovery => recovery.Since)
        .Required()
        .Is(Constraints.Time.And(time => time.Value <= clock.GetUtcNow(), "Must not be in the future"));
}
