using ErzyCall.Api.Platform.Errors;
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

    private bool _isRecorded;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = [Queue];

    public static bool FinishesWhileStopping => true;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var answered = underWay.TakeAnswered();
        Step step;
        try
        {
            step = await TransactAsync(answered, cancellationToken);
        }
        catch (Exception failure) when (_isRecorded || DatabaseFailure.IsUnreachable(failure) || failure is OperationCanceledException)
        {
            underWay.Keep(answered);
            throw;
        }
        catch (Exception failure)
        {
            underWay.Refused(answered, failure);
            throw;
        }

        underWay.Recorded(answered.Count - step.Kept.Count);
        underWay.Keep(step.Kept);
        underWay.Begin(step.Claimed, step.Endpoints, step.ClaimedAt);
        return step.Kept.Count < answered.Count || step.Claimed.Count > 0;
    }

    private async Task<Step> TransactAsync(IReadOnlyList<AttemptResult> answered, CancellationToken cancellationToken)
    {
        try
        {
            return await db.Database.RepeatAsync(() => TransactAsync(answered, waitsForLocks: true, cancellationToken));
        }
        catch (Exception failure) when (DatabaseFailure.IsLockTimeout(failure))
        {
            // Another copy's step is over sooner: this is somebody who changes much of an endpoint. Its answers wait; the others' do not.
            db.ChangeTracker.Clear();
            return await db.Database.RepeatAsync(() => TransactAsync(answered, waitsForLocks: false, cancellationToken));
        }
    }

    private async Task<Step> TransactAsync(IReadOnlyList<AttemptResult> answered, bool waitsForLocks, CancellationToken cancellationToken)
    {
        _isRecorded = answered.Count == 0;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var kept = _isRecorded ? [] : await db.RecordAsync(answered, waitsForLocks, clock.Now(), cancellationToken);
        _isRecorded = true;

        var now = clock.Now();
        var room = underWay.Room + answered.Count - kept.Count;
        var endpoints = room > 0 ? await db.LockEndpointsInTurnAsync(underWay.IsCrowded, now, cancellationToken) : [];
        var claimed = endpoints.Count > 0 ? await db.ClaimAsync(endpoints, room, underWay.IsCrowded, now, cancellationToken) : [];

        // Not to be cut short by a server that stops: what is claimed and not begun would wait for its lease.
        await transaction.CommitAsync(CancellationToken.None);
        return new Step(kept, endpoints, claimed, now);
    }

    /// <param name="Kept">Answers that were not recorded, because somebody else holds their endpoint.</param>
    private sealed record Step(IReadOnlyList<AttemptResult> Kept, List<WebhookEndpoint> Endpoints, List<ClaimedDelivery> Claimed, DateTimeOffset ClaimedAt);
}
