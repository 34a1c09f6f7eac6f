using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>Tells carriers to hang up second ringings, again and again until they hear it.</summary>
internal sealed class HangUpStraysJob(ErzyCallDbContext db, Carriers carriers, TimeProvider clock) : IJob
{
    /// <summary>The most calls that a step has hung up: all at once, so that a carrier that hangs costs the step once.</summary>
    private const int BatchSize = 20;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = ["stray_calls"];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var strays = await db.StrayCalls
            .FromSql(
                $"""
                 UPDATE stray_calls SET hang_up_at = {now + HangUpJob.TellAgainAfter}
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
