using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch.Simulation;

/// <summary>
/// Plays simulated calls forward and reports what happens in them, as a real carrier's callbacks would. A step that dies between its report
/// and its own record reports again, as real carriers do.
/// </summary>
internal sealed class SimulatedCarrierJob(
    ErzyCallDbContext db,
    CarrierReports reports,
    ParkedRows<SimulatedCarrierJob> parked,
    IOptions<SimulatorOptions> options,
    TimeProvider clock) : IJob
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(30);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromMilliseconds(250);

    public static IReadOnlyList<string> WokenBy { get; } = ["simulated_calls"];

    public static int Loops => 2;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var first = await db.FirstAsync(
            $"""
             SELECT call_id FROM simulated_calls WHERE next_step_at <= {now} AND call_id <> ALL ({parked.Ids})
             ORDER BY next_step_at LIMIT 1 FOR UPDATE SKIP LOCKED
             """,
            cancellationToken);
        if (first is not { } id)
        {
            return false;
        }

        await parked.TryAsync(id, async () => await AdvanceAsync(await LeaseAsync(id, now, cancellationToken), cancellationToken));
        return true;
    }

    private async Task<SimulatedCall> LeaseAsync(Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var call = await db.SimulatedCalls.FromSql($"SELECT * FROM simulated_calls WHERE call_id = {id}").SingleAsync(cancellationToken);
        call.NextStepAt = now + s_lease;
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.CommitTransactionAsync(cancellationToken);
        return call;
    }

    private async Task AdvanceAsync(SimulatedCall call, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var script = SimulatedScript.For(call.To);
        if (call is { State: SimulatedState.Ringing, HungUpAt: null } && script.Talks is { } talks)
        {
            await reports.AnsweredAsync(call.CallId, now, cancellationToken);
            await RecordAsync(
                call, SimulatedState.Talking, answeredAt: now, nextStepAt: now + options.Value.Scale(talks), cancellationToken);
        }
        else
        {
            await reports.EndedAsync(call.CallId, OutcomeOf(call, script, now), cancellationToken);
            await RecordAsync(call, SimulatedState.Over, call.AnsweredAt, nextStepAt: null, cancellationToken);
        }
    }

    // Only while the lease still stands: a call that was told to hang up meanwhile goes on from there, and not from here.
    private Task<int> RecordAsync(
        SimulatedCall call,
        SimulatedState state,
        DateTimeOffset? answeredAt,
        DateTimeOffset? nextStepAt,
        CancellationToken cancellationToken) =>
        db.SimulatedCalls
            .Where(row => row.CallId == call.CallId && row.NextStepAt == call.NextStepAt)
            .ExecuteUpdateAsync(
                row => row
                    .SetProperty(next => next.State, state)
                    .SetProperty(next => next.AnsweredAt, next => answeredAt ?? next.AnsweredAt)
                    .SetProperty(next => next.NextStepAt, nextStepAt),
                cancellationToken);

    private CarrierOutcome OutcomeOf(SimulatedCall call, SimulatedScript script, DateTimeOffset now)
    {
        if (call.HungUpAt is null)
        {
            return new CarrierOutcome(
                script.Reason.Value,
                now,
                (int?)script.Talks?.TotalSeconds,
                script.Transcript(call.FirstMessage),
                RecordingUrl: null,
                script.AsksNotToBeCalled);
        }

        // The call was cut short: only what had been said by then counts, in lifelike seconds.
        var talked = call.AnsweredAt is { } answeredAt
            ? (call.HungUpAt.Value - answeredAt).TotalSeconds * Math.Max(1, options.Value.Speed)
            : (double?)null;
        var said = talked is null ? [] : script.Transcript(call.FirstMessage).Where(turn => turn.Offset <= talked).ToList();
        var wished = script.AsksNotToBeCalled && said.Any(turn => turn.Role == SimulatedScript.User);
        return new CarrierOutcome(EndedReason.ManuallyCanceled.Value, now, (int?)talked, said, RecordingUrl: null, wished);
    }
}
