using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>What a carrier reports of a call.</summary>
/// <param name="AnsweredAt">The time at which somebody answered; <c>null</c> when the report does not tell of that.</param>
/// <param name="Outcome">The outcome; <c>null</c> while the call goes on.</param>
internal sealed record CarrierReport(Id<Call> Call, DateTimeOffset? AnsweredAt, CarrierOutcome? Outcome)
{
    /// <summary>Whether the customer asked not to be called again, which whoever takes the report waits for.</summary>
    public bool AsksNotToBeCalled => Outcome is { AskedNotToBeCalled: true };

    public void Move(Call call, DateTimeOffset now)
    {
        if (AnsweredAt is { } answeredAt)
        {
            call.Answer(answeredAt, now);
        }

        if (Outcome is not null)
        {
            call.End(Outcome, now);
        }
    }
}

/// <summary>
/// Takes what carriers report. Each report is complete in itself, so it may come twice, late or before the one that should precede it: the
/// first final word counts, and whatever comes after it changes nothing about the call.
/// </summary>
internal sealed class CarrierReports(ErzyCallDbContext db, LedgerWriter ledger, TimeProvider clock)
{
    public Task AnsweredAsync(Id<Call> id, DateTimeOffset answeredAt, CancellationToken cancellationToken) =>
        TakeAsync(new CarrierReport(id, answeredAt, Outcome: null), cancellationToken);

    public Task EndedAsync(Id<Call> id, CarrierOutcome outcome, CancellationToken cancellationToken) =>
        TakeAsync(new CarrierReport(id, AnsweredAt: null, outcome), cancellationToken);

    public Task TakeAsync(CarrierReport report, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return db.MoveCallAsync(
            report.Call,
            now,
            async call =>
            {
                report.Move(call, now);

                // This is heeded also when the report comes too late for the call: somebody has asked not to be called again.
                if (report.AsksNotToBeCalled)
                {
                    await ledger.EnterAsync(
                        call.OrganizationId,
                        call.To,
                        "Asked not to be called again",
                        DoNotCallSource.Call,
                        call.ContactId,
                        now,
                        cancellationToken);
                }
            },
            cancellationToken);
    }

    /// <summary>
    /// Takes, in one transaction, reports that have come together, each of another call. Passed over are those by which somebody asks not
    /// to be called again, and those of calls that somebody else is changing at this moment.
    /// </summary>
    /// <returns>The calls whose reports were taken.</returns>
    public Task<IReadOnlySet<Id<Call>>> TakeTogetherAsync(IEnumerable<CarrierReport> reports, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var byCall = reports.Where(report => !report.AsksNotToBeCalled).ToDictionary(report => report.Call);
        return db.MoveFreeCallsAsync(byCall.Keys, now, call => byCall[call.Id].Move(call, now), cancellationToken);
    }
}
