using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>
/// In one transaction records the answers that have come since the last, and claims what is due, of several endpoints in turn; then begins those attempts.
/// An attempt is counted, and that committed, before anything is sent; no transaction is open meanwhile.
/// </summary>
internal sealed class WebhookDeliveryJob(ErzyCallDbContext db, DeliveriesUnderWay underWay, TimeProvider clock) : IJob
{
    public const string Queue = "webhook_deliveries";

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = [Queue];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var answered = underWay.TakeAnswered();
        var now = clock.Now();
        List<WebhookEndpoint> endpoints = [];
        List<ClaimedDelivery> claimed = [];
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            if (answered.Count > 0)
            {
                await db.RecordAsync(answered, now, cancellationToken);
            }

            if (underWay.Room + answered.Count is > 0 and var room)
            {
                endpoints = await db.LockEndpointsInTurnAsync(underWay.IsCrowded, now, cancellationToken);
                if (endpoints.Count > 0)
                {
                    claimed = await db.ClaimAsync(endpoints, room, underWay.IsCrowded, now, cancellationToken);
                }
            }

            // Not to be cut short by a server that stops: what is claimed and not begun would wait for its lease.
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception failure)
        {
            underWay.NotRecorded(answered, failure);
            throw;
        }

        underWay.Recorded(answered);
        underWay.Begin(claimed, endpoints.ToDictionary(endpoint => endpoint.Id.Value), now);
        return answered.Count > 0 || claimed.Count > 0;
    }
}
