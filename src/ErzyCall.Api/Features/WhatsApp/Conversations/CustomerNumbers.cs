using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Features.WhatsApp.Accounts;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <summary>
/// The numbers of one customer: the one that was written to, in whatever form, and the one that Meta knows them by, which may be
/// another.
/// </summary>
internal static class CustomerNumbers
{
    /// <summary>The numbers of a conversation's customer: the one that was written to, and the one that Meta knows them by.</summary>
    public static IReadOnlyList<string> Numbers(this Conversation conversation) =>
        conversation.WaId is { } waId ? [conversation.WaUserPhone, $"+{waId}"] : [conversation.WaUserPhone];

    /// <summary>The conversations of an account with whoever has this number, in whatever form.</summary>
    public static IQueryable<Conversation> With(this IQueryable<Conversation> conversations, Id<WhatsAppAccount> accountId, string phone)
    {
        var number = E164.CanonicalOf(phone);
        string[] waIds = [phone[1..], number[1..]];
        return conversations.Where(row => row.AccountId == accountId && (row.CanonicalNumber == number || waIds.Contains(row.WaId!)));
    }

    /// <summary>Whether the number must not be messaged, in any form of it: also one that only Meta has told.</summary>
    public static async Task<bool> IsBlockedAsync(
        this IQueryable<DoNotCallEntry> entries,
        IQueryable<Conversation> conversations,
        Id<WhatsAppAccount> accountId,
        string phone,
        CancellationToken cancellationToken)
    {
        var known = await conversations.With(accountId, phone).AsNoTracking().ToListAsync(cancellationToken);
        return (await entries.BlockedAsync([phone, .. known.SelectMany(Numbers)], cancellationToken)).Count > 0;
    }
}
