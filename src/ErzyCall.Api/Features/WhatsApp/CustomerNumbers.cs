using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Ids;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.WhatsApp;

/// <summary>The forms in which one customer's number is written: those that are known of any number, and what the platform has told of this one.</summary>
internal static class CustomerNumbers
{
    /// <summary>The numbers of a conversation's customer: the one that was written to, and the one that the platform calls it by.</summary>
    public static IReadOnlyList<string> Numbers(this Conversation conversation) => conversation.WaId is { } waId ? [conversation.WaUserPhone, $"+{waId}"] : [conversation.WaUserPhone];

    /// <summary>The conversations of an account with whoever has this number, in any of its forms.</summary>
    public static IQueryable<Conversation> With(this IQueryable<Conversation> conversations, Id<WhatsAppAccount> accountId, string phone)
    {
        var phones = PhoneForms.Of(phone);
        var waIds = phones.Select(form => form[1..]).ToList();
        return conversations.Where(row => row.AccountId == accountId && (phones.Contains(row.WaUserPhone) || waIds.Contains(row.WaId!)));
    }

    /// <summary>Whether the number must not be messaged, in any form of it: also one that only the platform has told.</summary>
    public static async Task<bool> IsBlockedAsync(
        this IQueryable<DoNotCallEntry> entries, IQueryable<Conversation> conversations, Id<WhatsAppAccount> accountId, string phone, CancellationToken cancellationToken)
    {
        var known = await conversations.With(accountId, phone).AsNoTracking().ToListAsync(cancellationToken);
        return (await entries.BlockedAsync([phone, .. known.SelectMany(Numbers)], cancellationToken)).Count > 0;
    }
}
