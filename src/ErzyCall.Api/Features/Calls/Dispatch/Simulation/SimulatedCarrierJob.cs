using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch.Simulation;

/// <summary>
/// Plays simulated calls forward, those that are due together, and reports what happens in them, as a real carrier's callbacks would. A
/// step that dies between its report and its own record reports again, as real carriers do.
/// </summary>
internal sealed class SimulatedCarrierJob(
    ErzyCallDbContext db,
    CarrierReports reports,
    ParkedRows<SimulatedCarrierJob> parked,
    IOptions<SimulatorOptions> options,
    TimeProvider clock) : IJob
{
    /// <summary>The most calls that a step plays forward.</summary>
    private const int BatchSize = 100;

    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(30);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromMilliseconds(250);

    public static IReadOnlyList<string> WokenBy { get; } = ["simulated_calls"];

    public static int Loops => 2;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var leased = await LeaseAsync(clock.Now(), cancellationToken);
        if (leased.Count == 0)
        {
            return false;
        }

        var now = clock.Now();
        var steps = leased.ConvertAll(call => StepOf(call, now));
        var made = await MakeTogetherAsync(steps, cancellationToken);

        // Whoever was changing a call is likely to be done by now. What is reported is decided on rows as they are then, here and below.
        if (made.Count < steps.Count)
        {
            db.Discard();
            made = [.. made, .. await MakeTogetherAsync([.. steps.Except(made)], cancellationToken)];
        }

        // These may have to wait: for somebody who is changing the call, or until no more calls are on their way to a number. What is not
        // made within the lease is left to whoever leases it next.
        foreach (var step in steps.Except(made).TakeWhile(step => clock.Now() < step.Call.NextStepAt))
        {
            await parked.TryAsync(
                step.Call.CallId.Value,
                async () =>
                {
                    db.Discard();
                    await reports.TakeAsync(step.Report, cancellationToken);
                    await RecordAsync([step], cancellationToken);
                });
        }

        return true;
    }

    private async Task<List<SimulatedCall>> LeaseAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var due = await db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT call_id FROM simulated_calls WHERE next_step_at <= {now} AND call_id <> ALL ({parked.Ids})
                 ORDER BY next_step_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED
                 """)
            .ToListAsync(cancellationToken);
        var leased = await parked.EachAsync(
            db,
            due,
            ids => db.SimulatedCalls
                .FromSql($"UPDATE simulated_calls SET next_step_at = {now + s_lease} WHERE call_id = ANY ({ids}) RETURNING *")
                .AsNoTracking()
                .ToListAsync(cancellationToken),
            isAllWork: false);
        await transaction.CommitAsync(cancellationToken);
        return leased;
    }

    private Step StepOf(SimulatedCall call, DateTimeOffset now)
    {
        var script = SimulatedScript.For(call.To);
        var isAnswered = call is { State: SimulatedState.Ringing, HungUpAt: null } && script.Talks is not null;
        var talks = isAnswered ? options.Value.Scale(script.Talks!.Value) : TimeSpan.Zero;
        var answeredAt = isAnswered ? now : call.AnsweredAt;
        var id = SimulatedCarrier.IdOf(call.CallId);

        // A conversation that takes no time is over with the answer, and both are reported together.
        return talks > TimeSpan.Zero
            ? new Step(
                call,
                new CarrierReport(call.CallId, answeredAt) { CarrierCallId = id },
                SimulatedState.Talking,
                answeredAt,
                now + talks)
            : new Step(
                call,
                new CarrierReport(call.CallId, isAnswered ? now : null, OutcomeOf(call, script, now)) { CarrierCallId = id },
                SimulatedState.Over,
                answeredAt,
                NextStepAt: null);
    }

    /// <summary>Reports and records at once what can be reported so.</summary>
    /// <returns>The steps that were made: none when anything fails, which is met again by the step that it is of.</returns>
    private async Task<IReadOnlyList<Step>> MakeTogetherAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        try
        {
            var taken = await reports.TakeTogetherAsync(steps.Select(step => step.Report), cancellationToken);
            var made = steps.Where(step => taken.Contains(step.Call.CallId)).ToList();
            await RecordAsync(made, cancellationToken);
            return made;
        }
#pragma warning disable CA1031 // Whatever it is but an outage, it is met again by the step that it is of, and told of there.
        catch (Exception failure) when (!DatabaseFailure.IsOutage(failure))
#pragma warning restore CA1031
        {
            return [];
        }
    }

    // Only while the lease still stands: a call that was told to hang up meanwhile goes on from there, and not from here.
    private Task<int> RecordAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        var calls = steps.Select(step => step.Call.CallId.Value).ToArray();
        var leases = steps.Select(step => step.Call.NextStepAt).ToArray();
        var states = steps.Select(step => step.State.ToString()).ToArray();
        var answered = steps.Select(step => step.AnsweredAt).ToArray();
        var next = steps.Select(step => step.NextStepAt).ToArray();
        return db.Database.ExecuteSqlAsync(
            $"""
             UPDATE simulated_calls SET state = step.state, answered_at = step.answered_at, next_step_at = step.next_step_at
             FROM unnest({calls}, {leases}, {states}, {answered}, {next}) AS step (call_id, lease, state, answered_at, next_step_at)
             WHERE simulated_calls.call_id = ANY ({calls}) AND simulated_calls.call_id = step.call_id
               AND simulated_calls.next_step_at = step.lease
             """,
            cancellationToken);
    }

    private CarrierOutcome OutcomeOf(SimulatedCall call, SimulatedScript script, DateTimeOffset now)
    {
        if (call.HungUpAt is null)
        {
            return new CarrierOutcome(
                script.Reason,
                now,
                (int?)script.Talks?.TotalSeconds,
                script.Transcript(call.FirstMessage),
                script.AsksNotToBeCalled);
        }

        // The call was cut short: only what had been said by then counts, in lifelike seconds.
        var talked = call.AnsweredAt is { } answeredAt
            ? (call.HungUpAt.Value - answeredAt).TotalSeconds * Math.Max(1, options.Value.Speed)
            : (double?)null;
        var said = talked is null ? [] : script.Transcript(call.FirstMessage).Where(turn => turn.Offset <= talked).ToList();
        var wished = script.AsksNotToBeCalled && said.Any(turn => turn.Role == SimulatedScript.User);
        return new CarrierOutcome(EndedReason.ManuallyCanceled, now, (int?)talked, said, wished);
    }

    /// <param name="Report">What is reported of the call.</param>
    /// <param name="State">The state that the call has then.</param>
    /// <param name="NextStepAt">The time of the step after this one.</param>
    private sealed record Step(
        SimulatedCall Call, CarrierReport Report, SimulatedState State, DateTimeOffset? AnsweredAt, DateTimeOffset? NextStepAt);
}
