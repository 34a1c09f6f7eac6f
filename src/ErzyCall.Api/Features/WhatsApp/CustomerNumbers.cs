using System.Text.RegularExpressions;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Ids;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.WhatsApp;

/// <summary>
/// The forms in which one customer's number is written. The platform's may differ from the one that is dialled; for Argentina, Mexico and Brazil the rule is
/// known, for any other number only what the platform has told.
/// </summary>
internal static partial class CustomerNumbers
{
    /// <summary>E.164; the given one first.</summary>
    public static IReadOnlyList<string> FormsOf(string phone) => OtherFormOf(phone) is { } other ? [phone, other] : [phone];

    /// <summary>Every form of the number of a conversation's customer, as far as it is known.</summary>
    public static IReadOnlyList<string> Numbers(this Conversation conversation) =>
        conversation.WaId is { } waId ? [.. FormsOf(conversation.WaUserPhone).Union(FormsOf($"+{waId}"))] : FormsOf(conversation.WaUserPhone);

    /// <summary>The conversations of an account with whoever has this number, in any of its forms.</summary>
    public static IQueryable<Conversation> With(this IQueryable<Conversation> conversations, Id<WhatsAppAccount> accountId, string phone)
    {
        var phones = FormsOf(phone);
        var waIds = phones.Select(form => form[1..]).ToList();
        return conversations.Where(row => row.AccountId == accountId && (phones.Contains(row.WaUserPhone) || waIds.Contains(row.WaId!)));
    }

    /// <summary>Whether any form of the number must not be messaged, also one that only the platform has told.</summary>
    public static async Task<bool> AnyInForceAsync(
        this IQueryable<DoNotCallEntry> entries, IQueryable<Conversation> conversations, Id<WhatsAppAccount> accountId, string phone, CancellationToken cancellationToken)
    {
        var known = await conversations.With(accountId, phone).AsNoTracking().ToListAsync(cancellationToken);
        var numbers = FormsOf(phone).Union(known.SelectMany(Numbers)).ToList();
        return await entries.InForce().AnyAsync(entry => numbers.Contains(entry.Phone), cancellationToken);
    }

    private static string? OtherFormOf(string phone)
    {
        // Argentina: the 9 of a mobile number; Mexico: the 1 that mobile numbers had until 2019; ten digits after either.
        if (Argentina().Match(phone) is { Success: true } argentina)
        {
            return argentina.Groups[1].Length > 0 ? $"+54{argentina.Groups[2]}" : $"+549{argentina.Groups[2]}";
        }

        if (Mexico().Match(phone) is { Success: true } mexico)
        {
            return mexico.Groups[1].Length > 0 ? $"+52{mexico.Groups[2]}" : $"+521{mexico.Groups[2]}";
        }

        // Brazil: the 9 that was put before the eight digits of mobile numbers, which began with 6 to 9; other numbers with and without it are two people's.
        return Brazil().Match(phone) is { Success: true } brazil
            ? brazil.Groups[2].Length > 0 ? $"+55{brazil.Groups[1]}{brazil.Groups[3]}" : $"+55{brazil.Groups[1]}9{brazil.Groups[3]}"
            : null;
    }

    [GeneratedRegex(@"^\+54(9?)([0-9]{10})\z")]
    private static partial Regex Argentina();

    [GeneratedRegex(@"^\+52(1?)([0-9]{10})\z")]
    private static partial Regex Mexico();

    [GeneratedRegex(@"^\+55([1-9][0-9])(9?)([6-9][0-9]{7})\z")]
    private static partial Regex Brazil();
}
