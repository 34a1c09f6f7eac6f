using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Tells carriers to hang up, again and again until they hear it: calls that were cancelled or whose number was entered into the
/// do-not-call ledger while they were being dialled, and calls that were over before their carrier had them.
/// </summary>
internal sealed class HangUpJob(ErzyCallDbContext db, Carriers carriers, ParkedRows<HangUpJob> parked, TimeProvider clock) : IJob
{
    /// <summary>
    /// The time after which a carrier that did not hear is told again. It is short, because somebody is on the phone who should not be.
    /// </summary>
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The longest time that the carrier's report, which brings the transcript, is waited for before the call is ended without it.
    /// </summary>
    private static readonly TimeSpan s_reportGrace = TimeSpan.FromSeconds(30);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = ["calls"];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var first = await db.FirstAsync(
            $"""
             SELECT id FROM calls
             WHERE hang_up_requested_at IS NOT NULL AND hang_up_sent_at IS NULL AND submitted_at IS NOT NULL
               AND (leased_until IS NULL OR leased_until <= {now}) AND id <> ALL ({parked.Ids})
             ORDER BY hang_up_requested_at LIMIT 1 FOR UPDATE SKIP LOCKED
             """,
            cancellationToken);
        if (first is not { } id)
        {
            return false;
        }

        await parked.TryAsync(
            id, async () => await HangUpAsync(await db.LeaseCallAsync(id, s_lease, now, cancellationToken), cancellationToken));
        return true;
    }

    private async Task HangUpAsync(Call leased, CancellationToken cancellationToken)
    {
        // A carrier that does not know the call has nothing left to hang up.
        if (await carriers.AskAsync(leased, s_patience, (carrier, cancelled) => carrier.HangUpAsync(leased.Id, cancelled)) is not null)
        {
            var heardAt = clock.Now();
            await db.MoveCallAsync(leased.Id, heardAt, call => call.HangUpSent(s_reportGrace, heardAt), cancellationToken);
        }
    }
}
