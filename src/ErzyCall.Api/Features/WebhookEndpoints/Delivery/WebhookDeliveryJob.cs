using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore.Storage;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>
/// In one transaction records the answers that have come since the last, and claims what is due, of several endpoints in turn; then begins those attempts.
/// An attempt is counted, and that committed, before anything is sent; no transaction is open meanwhile.
/// </summary>
internal sealed class WebhookDeliveryJob(
    ErzyCallDbContext db, DeliveriesUnderWay underWay, ParkedRows<WebhookDeliveryJob> parked, TimeProvider clock) : IJob
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
        var endpoints = room > 0 ? await db.LockEndpointsInTurnAsync(underWay.IsCrowded, parked.Ids, now, cancellationToken) : [];
        var claimed = endpoints.Count > 0 ? await ClaimAsync(transaction, endpoints, room, now, cancellationToken) : [];

        // Not to be cut short by a server that stops: what is claimed and not begun would wait for its lease.
        await transaction.CommitAsync(CancellationToken.None);
        return new Step(kept, endpoints, claimed, now);
    }

    /// <remarks>All in one statement, which reads the queues itself; only when one of the deliveries does not let itself be claimed are
    /// they asked for by their ids.</remarks>
    private async Task<List<ClaimedDelivery>> ClaimAsync(
        IDbContextTransaction transaction, List<WebhookEndpoint> endpoints, int room, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string Unclaimed = "unclaimed";
        await transaction.CreateSavepointAsync(Unclaimed, cancellationToken);
        try
        {
            return await db.ClaimAsync(endpoints, room, underWay.IsCrowded, parked.Ids, now, cancellationToken);
        }
        catch (Exception failure) when (DatabaseFailure.IsOfTheData(failure))
        {
            await transaction.RollbackToSavepointAsync(Unclaimed, cancellationToken);
        }

        var due = await db.DueAsync(endpoints, room, parked.Ids, now, cancellationToken);
        return await parked.EachAsync(
            db, due, ids => db.ClaimAsync(endpoints, ids.Count, underWay.IsCrowded, [.. parked.Ids, .. due.Except(ids)], now, cancellationToken));
    }

    /// <param name="Kept">Answers that were not recorded, because somebody else holds their endpoint.</param>
    private sealed record Step(IReadOnlyList<AttemptResult> Kept, List<WebhookEndpoint> Endpoints, List<ClaimedDelivery> Claimed, DateTimeOffset ClaimedAt);
}
