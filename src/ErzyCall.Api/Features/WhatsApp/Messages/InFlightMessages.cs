using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>Messages that are being given to Meta.</summary>
internal sealed class InFlightMessages(ErzyCallDbContext db, TimeProvider clock) : IInFlight
{
    public async Task<bool> IsAnyInFlightAsync(
        Id<Owner> organization, IReadOnlyCollection<string> numbers, CancellationToken cancellationToken)
    {
        // No message leaves after its lease.
        var claimedSince = clock.Now() - Message.Lease;
        var customers = await db.Messages
            .Where(message => message.OrganizationId == organization
                && message.Status == MessageStatus.Queued
                && message.ClaimedAt > claimedSince)
            .Join(db.Conversations, message => message.ConversationId, conversation => conversation.Id, (_, conversation) => conversation)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return customers.SelectMany(CustomerNumbers.Numbers).Any(number => numbers.Contains(E164.CanonicalOf(number)));
    }
}
