using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>Orders that are being given to carriers.</summary>
internal sealed class InFlightOrders(ErzyCallDbContext db, TimeProvider clock) : IInFlight
{
    public Task<bool> IsAnyInFlightAsync(Id<Owner> organization, IReadOnlyCollection<string> numbers, CancellationToken cancellationToken)
    {
        // No order leaves after its lease, unless its process stands still in the very moment between asking the ledger and sending.
        var claimedSince = clock.Now() - CallSubmission.Lease;
        return db.Calls.AnyAsync(
            call => call.OrganizationId == organization && call.Status == CallStatus.Processing && call.SubmittedAt == null
                && call.StartedAt > claimedSince && numbers.Contains(call.CanonicalTo),
            cancellationToken);
    }
}
