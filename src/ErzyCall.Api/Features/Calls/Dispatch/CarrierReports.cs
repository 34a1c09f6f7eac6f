using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Takes what carriers report. Each report is complete in itself, so it may come twice, late or before the one that should precede it: the
/// first final word counts, and whatever comes after it changes nothing about the call.
/// </summary>
internal sealed class CarrierReports(ErzyCallDbContext db, LedgerWriter ledger, TimeProvider clock)
{
    public Task AnsweredAsync(Id<Call> id, DateTimeOffset answeredAt, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return db.MoveCallAsync(id, now, call => call.Answer(answeredAt, now), cancellationToken);
    }

    public Task EndedAsync(Id<Call> id, CarrierOutcome outcome, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return db.MoveCallAsync(
            id,
            now,
            async call =>
            {
                call.End(outcome, now);

                // This is heeded also when the report comes too late for the call: somebody has asked not to be called again.
                if (outcome.AskedNotToBeCalled)
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
}
