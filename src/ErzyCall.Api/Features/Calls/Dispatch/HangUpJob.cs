using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Tells carriers to hang up, again and again until they hear it: calls that were cancelled or whose number was entered into the
/// do-not-call ledger while they were being dialled, and calls that were over before their carrier had them.
/// </summary>
internal sealed class HangUpJob(ErzyCallDbContext db, Carriers carriers, ParkedRows<HangUpJob> parked, TimeProvider clock) : IJob
{
    /// <summary>The most calls that a step has hung up: all at once, so that a carrier that hangs costs the step once.</summary>
    private const int BatchSize = 20;

    /// <summary>
    /// The time after which a carrier that did not hear is told again, by whatever copy of the server. It is as short as it can be, because
    /// somebody is on the phone who should not be: a second longer than a carrier has to hear.
    /// </summary>
    public static readonly TimeSpan TellAgainAfter = Carriers.HangUpPatience + TimeSpan.FromSeconds(1);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = ["calls"];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var due = await db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT id FROM calls
                 WHERE hang_up_requested_at <= {now} AND hang_up_sent_at IS NULL AND submitted_at IS NOT NULL AND id <> ALL ({parked.Ids})
                 ORDER BY hang_up_requested_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED
                 """)
            .ToListAsync(cancellationToken);
        if (due.Count == 0)
        {
            return false;
        }

        var calls = await parked.EachAsync(
            db,
            due,
            ids => db.Calls
                .FromSql($"UPDATE calls SET hang_up_requested_at = {now + TellAgainAfter} WHERE id = ANY ({ids}) RETURNING *")
                .AsNoTracking()
                .ToListAsync(cancellationToken),
            isAllWork: false);
        await transaction.CommitAsync(cancellationToken);

        var lines = await CarrierLines.LoadAsync(db, calls, cancellationToken);
        var isHeard = await Task.WhenAll(calls.Select(call => carriers.HangUpAsync(call.Carrier!, lines.About(call))));
        foreach (var (call, _) in calls.Zip(isHeard).Where(told => told.Second))
        {
            var heardAt = clock.Now();
            await parked.TryAsync(
                call.Id.Value, () => db.MoveCallAsync(call.Id, heardAt, row => row.HangUpSent(heardAt), cancellationToken));
            db.Discard();
        }

        return calls.Count > 0;
    }
}
