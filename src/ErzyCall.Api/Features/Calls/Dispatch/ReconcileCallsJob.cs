using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Finds calls whose submission was never recorded, because a process died or the carrier did not answer, and asks the carrier by our own
/// reference. A call that it knows goes on; one that it does not ends as <c>dispatch-unknown</c>, for its order may still be under way.
/// While the carrier cannot be asked it is asked again, until the call's deadline.
/// </summary>
internal sealed class ReconcileCallsJob(
    ErzyCallDbContext db, Carriers carriers, ParkedRows<ReconcileCallsJob> parked, TimeProvider clock) : IJob
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(5);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var first = await db.FirstAsync(
            $"""
             SELECT id FROM calls
             WHERE status = 'processing' AND submitted_at IS NULL AND leased_until <= {now} AND id <> ALL ({parked.Ids})
             ORDER BY leased_until LIMIT 1 FOR UPDATE SKIP LOCKED
             """,
            cancellationToken);
        if (first is not { } id)
        {
            return false;
        }

        await parked.TryAsync(
            id, async () => await AskAsync(await db.LeaseCallAsync(id, s_lease, now, cancellationToken), cancellationToken));
        return true;
    }

    private async Task AskAsync(Call lost, CancellationToken cancellationToken)
    {
        if (await carriers.AskAsync(lost, s_patience, (carrier, cancelled) => carrier.KnowsAsync(lost.Id, cancelled)) is { } known)
        {
            await RecordAsync(lost, known, cancellationToken);
        }
    }

    private async Task RecordAsync(Call lost, bool known, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await db.MoveCallAsync(
            lost.Id,
            now,
            call =>
            {
                if (known)
                {
                    call.MarkSubmitted(now);
                }
                else if (call.SubmittedAt is null)
                {
                    // The carrier's report may have come while it was asked; then it does know the call.
                    call.Fail(EndedReason.DispatchUnknown, now);
                }
            },
            cancellationToken);
    }
}
