using System.Text.RegularExpressions;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>
/// The forms in which one phone number is written. In Argentina, Mexico and Brazil a mobile number has two, both of which reach the same phone: whoever
/// asked not to be called in one of them is not called in the other.
/// </summary>
internal static partial class PhoneForms
{
    /// <summary>The name of <see cref="Canonical"/> in the database.</summary>
    public const string CanonicalFunction = "canonical_phone";

    /// <summary>E.164; the given one first.</summary>
    public static IReadOnlyList<string> Of(string phone) => OtherFormOf(phone) is { } other ? [phone, other] : [phone];

    /// <summary>The form that stands for all forms of a number: the longest.</summary>
    /// <remarks>In queries a function of the database, which says the same.</remarks>
    public static string Canonical(string phone) => Of(phone).MaxBy(form => form.Length)!;

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
