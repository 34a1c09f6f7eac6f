using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.WhatsApp.Accounts;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <summary>
/// Enters customers who want no more messages into the do-not-call ledger, in the caller's transaction and after its other locks. Whatever
/// form of their number is known, it may not be dialled either.
/// </summary>
internal sealed class CustomerOptOuts(ErzyCallDbContext db, LedgerWriter ledger)
{
    /// <summary>Enters the customer with this number.</summary>
    public async Task<bool> EnterAsync(
        WhatsAppAccount account, string phone, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var conversations = await db.Conversations.With(account.Id, phone).AsNoTracking().ToListAsync(cancellationToken);
        var contactId = conversations.Find(row => row.ContactId is not null)?.ContactId;
        var numbers = conversations.SelectMany(row => row.Numbers()).Prepend(phone).Distinct();
        var entered = await ledger.EnterAsync(
            account.OrganizationId,
            [.. numbers.Select(number => new DoNotCallNumber(number, reason, contactId))],
            DoNotCallSource.WhatsApp,
            now,
            cancellationToken);
        return entered.Count > 0;
    }

    /// <summary>Enters the customer of a conversation.</summary>
    public async Task EnterAsync(Id<Conversation> id, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var conversation = await db.Conversations.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);
        await ledger.EnterAsync(
            conversation.OrganizationId,
            [.. conversation.Numbers().Select(number => new DoNotCallNumber(number, reason, conversation.ContactId))],
            DoNotCallSource.WhatsApp,
            now,
            cancellationToken);
    }
}
