using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Tells carriers to hang up, again and again until they hear it: calls that were cancelled or whose number was entered into the
/// do-not-call ledger while they were being dialled, calls that were over before their carrier had them, and second ringings.
/// </summary>
internal sealed class HangUpJob(ErzyCallDbContext db, Carriers carriers, ParkedRows<HangUpJob> parked, TimeProvider clock) : IJob
{
    /// <summary>The most calls that a step has hung up: all at once, so that a carrier that hangs costs the step once.</summary>
    private const int BatchSize = 20;

    /// <summary>
    /// The time after which a carrier that did not hear is told again. It is short, because somebody is on the phone who should not be.
    /// </summary>
    private static readonly TimeSpan s_tellAgainAfter = TimeSpan.FromSeconds(10);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = ["calls", "stray_calls"];

    /// <summary>A carrier that hangs holds up one step, and the others go on.</summary>
    public static int Loops => 2;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken) =>
        await HangUpCallsAsync(cancellationToken) | await HangUpStraysAsync(cancellationToken);

    private async Task<bool> HangUpCallsAsync(CancellationToken cancellationToken)
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
        var calls = await parked.EachAsync(
            db,
            due,
            ids => db.Calls
                .FromSql($"UPDATE calls SET hang_up_requested_at = {now + s_tellAgainAfter} WHERE id = ANY ({ids}) RETURNING *")
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

    private async Task<bool> HangUpStraysAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var strays = await db.StrayCalls
            .FromSql(
                $"""
                 UPDATE stray_calls SET hang_up_at = {now + s_tellAgainAfter}
                 WHERE (call_id, carrier_call_id) IN (
                   SELECT call_id, carrier_call_id FROM stray_calls WHERE hang_up_at <= {now}
                   ORDER BY hang_up_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
                 RETURNING *
                 """)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        if (strays.Count == 0)
        {
            return false;
        }

        var ids = strays.ConvertAll(stray => stray.CallId);
        var calls = await db.Calls.AsNoTracking()
            .Where(call => ids.Contains(call.Id))
            .ToDictionaryAsync(call => call.Id, cancellationToken);
        var lines = await CarrierLines.LoadAsync(db, calls.Values, cancellationToken);
        var isHeard = await Task.WhenAll(strays.Select(stray => HangUpAsync(stray, calls[stray.CallId], lines)));
        foreach (var (stray, _) in strays.Zip(isHeard).Where(told => told.Second))
        {
            await db.StrayCalls
                .Where(row => row.CallId == stray.CallId && row.CarrierCallId == stray.CarrierCallId)
                .ExecuteUpdateAsync(row => row.SetProperty(heard => heard.HangUpAt, (DateTimeOffset?)null), cancellationToken);
        }

        return true;
    }

    private Task<bool> HangUpAsync(StrayCall stray, Call call, CarrierLines lines) => carriers.HangUpAsync(
        call.Carrier!,
        lines.About(call) with { CarrierCallId = stray.CarrierCallId, Control = stray.CarrierControl });
}
