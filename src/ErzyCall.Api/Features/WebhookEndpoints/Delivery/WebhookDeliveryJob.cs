using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore.Storage;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>
/// Records, in one transaction, the answers that have come since the last step, and claims what is due of several endpoints in turn; then
/// begins those attempts. An attempt is counted, and that committed, before anything is sent; no transaction is open meanwhile.
/// </summary>
internal sealed class WebhookDeliveryJob(
    ErzyCallDbContext db, InFlightDeliveries deliveries, ParkedRows<WebhookDeliveryJob> parked, TimeProvider clock) : IJob
{
    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = [DeliveryQueue.Table];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var answers = deliveries.TakeAnswers();
        Step step;
        try
        {
            step = await TransactAsync(answers, cancellationToken);
        }
        catch (Exception failure)
        {
            deliveries.Settle(answers, failure is AnswersRefusedException ? Recording.Refused : Recording.Postponed);
            throw;
        }

        deliveries.Settle(step.Recorded, Recording.Done);
        deliveries.Settle(step.Postponed, Recording.Postponed);
        deliveries.Begin(step.Claimed, step.Endpoints, step.ClaimedAt);
        return step.Recorded.Count > 0 || step.Claimed.Count > 0;
    }

    private async Task<Step> TransactAsync(IReadOnlyList<AttemptResult> answers, CancellationToken cancellationToken)
    {
        try
        {
            return await db.Database.RepeatAsync(() => TransactAsync(answers, waitsForLocks: true, cancellationToken));
        }
        catch (Exception failure) when (DatabaseFailure.IsLockTimeout(failure))
        {
            // Another copy's step would be over sooner, so somebody is changing much of an endpoint. Its answers wait; the others' do not.
            return await db.Database.RepeatAsync(() => TransactAsync(answers, waitsForLocks: false, cancellationToken));
        }
    }

    private async Task<Step> TransactAsync(IReadOnlyList<AttemptResult> answers, bool waitsForLocks, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var (recorded, postponed) = await db.RecordAsync(answers, waitsForLocks, clock.Now(), cancellationToken);

        var now = clock.Now();
        var room = deliveries.RoomAfter(recorded.Count);
        var endpoints = room > 0 ? await db.LockEndpointsInTurnAsync(deliveries.IsCrowded, parked.Ids, now, cancellationToken) : [];
        var claimed = endpoints.Count > 0 ? await ClaimAsync(transaction, endpoints, room, now, cancellationToken) : [];

        // A server that stops must not cut this short: what is claimed and not begun would wait for its lease to end.
        await transaction.CommitAsync(CancellationToken.None);
        return new Step(recorded, postponed, endpoints, claimed, now);
    }

    /// <remarks>
    /// All are claimed in one statement, which reads the queues itself; only when one of the deliveries does not let itself be claimed are
    /// they asked for by their ids.
    /// </remarks>
    private async Task<List<ClaimedDelivery>> ClaimAsync(
        IDbContextTransaction transaction,
        List<WebhookEndpoint> endpoints,
        int room,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        const string Unclaimed = "unclaimed";
        await transaction.CreateSavepointAsync(Unclaimed, cancellationToken);
        try
        {
            return await db.ClaimAsync(endpoints, room, deliveries.IsCrowded, parked.Ids, now, cancellationToken);
        }
        catch (Exception failure) when (DatabaseFailure.IsOfTheData(failure))
        {
            await transaction.RollbackToSavepointAsync(Unclaimed, cancellationToken);
        }

        var due = await db.DueAsync(endpoints, room, parked.Ids, now, cancellationToken);
        return await parked.EachAsync(
            db,
            due,
            ids => db.ClaimAsync(endpoints, ids.Count, deliveries.IsCrowded, [.. parked.Ids, .. due.Except(ids)], now, cancellationToken));
    }

    /// <param name="Postponed">Answers that were not recorded, because somebody else holds their endpoint.</param>
    private sealed record Step(
        IReadOnlyList<AttemptResult> Recorded,
        IReadOnlyList<AttemptResult> Postponed,
        List<WebhookEndpoint> Endpoints,
        List<ClaimedDelivery> Claimed,
        DateTimeOffset ClaimedAt);
}
