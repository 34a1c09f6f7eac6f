using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>
/// Claims deliveries that are due, of several endpoints in turn, and begins their attempts. An attempt is counted, and that committed, before anything is
/// sent; no transaction is open meanwhile.
/// </summary>
internal sealed class WebhookDeliveryJob(ErzyCallDbContext db, DeliveriesUnderWay underWay, TimeProvider clock) : IJob
{
    public const string Queue = "webhook_deliveries";

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = [Queue];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var room = underWay.Room;
        if (room <= 0)
        {
            return false;
        }

        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var endpoints = await db.LockEndpointsInTurnAsync(underWay.IsCrowded, now, cancellationToken);
        if (endpoints.Count == 0)
        {
            return false;
        }

        var claimed = await db.ClaimAsync(endpoints, room, underWay.IsCrowded, now, cancellationToken);

        // Not to be cut short by a server that stops: what is claimed and not begun would wait for its lease.
        await transaction.CommitAsync(CancellationToken.None);
        underWay.Begin(claimed, endpoints.ToDictionary(endpoint => endpoint.Id.Value), now);
        return claimed.Count > 0;
    }
}
