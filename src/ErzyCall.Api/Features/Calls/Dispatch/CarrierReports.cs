using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>What a carrier reports of a call.</summary>
/// <param name="AnsweredAt">The time at which somebody answered; <c>null</c> when the report does not tell of that.</param>
/// <param name="Outcome">The outcome; <c>null</c> while the call goes on.</param>
internal sealed record CarrierReport(Id<Call> Call, DateTimeOffset? AnsweredAt, CarrierOutcome? Outcome);

/// <summary>
/// Takes what carriers report. Each report is complete in itself, so it may come twice, late or before the one that should precede it: the
/// first final word counts, and whatever comes after it changes nothing about the call.
/// </summary>
internal sealed class CarrierReports(ErzyCallDbContext db, LedgerWriter ledger, TimeProvider clock)
{
    public Task AnsweredAsync(Id<Call> id, DateTimeOffset answeredAt, CancellationToken cancellationToken) =>
        TakeAsync([new CarrierReport(id, answeredAt, Outcome: null)], cancellationToken);

    public Task EndedAsync(Id<Call> id, CarrierOutcome outcome, CancellationToken cancellationToken) =>
        TakeAsync([new CarrierReport(id, AnsweredAt: null, outcome)], cancellationToken);

    /// <summary>Takes reports that have come together, one of each call, in one transaction.</summary>
    public Task TakeAsync(IReadOnlyCollection<CarrierReport> reports, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var byCall = reports.ToDictionary(report => report.Call);
        return db.MoveCallsAsync(
            [.. byCall.Keys.Select(id => id.Value)],
            now,
            async call =>
            {
                var report = byCall[call.Id];
                if (report.AnsweredAt is { } answeredAt)
                {
                    call.Answer(answeredAt, now);
                }

                if (report.Outcome is { } outcome)
                {
                    await EndAsync(call, outcome, now, cancellationToken);
                }
            },
            cancellationToken);
    }

    private async Task EndAsync(Call call, CarrierOutcome outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        call.End(outcome, now);

        // This is heeded also when the report comes too late for the call: somebody has asked not to be called again.
        if (outcome.AskedNotToBeCalled)
        {
            await ledger.EnterAsync(
                call.OrganizationId, call.To, "Asked not to be called again", DoNotCallSource.Call, call.ContactId, now, cancellationToken);
        }
    }
}
