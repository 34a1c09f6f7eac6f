using System.Text.RegularExpressions;

namespace ErzyCall.Api.Features.Numbers;

/// <summary>
/// Plans whose numbers are written in two ways, or have been renumbered while the old numbers still stand in address books and messengers.
/// Libphonenumber does not know this: to it they are two numbers.
/// </summary>
internal static partial class NumberingPlans
{
    /// <summary>
    /// The revision of these plans. It must be raised whenever <see cref="OneForm"/> answers otherwise for any number, so that stored
    /// numbers are brought over.
    /// </summary>
    public const int Revision = 1;

    /// <summary>The one form of a number that libphonenumber has read.</summary>
    public static string OneForm(string number) => number switch
    {
        // Argentina: the 9 of a mobile number that is called from abroad, for which 15 stands behind the area code at home; ten digits
        // beside them.
        _ when Argentina().Match(number) is { Success: true } match => $"+549{match.Groups[1]}",
        _ when ArgentinaWithBoth().Match(number) is { Success: true } match => $"+54{match.Groups[1]}",

        // Benin put 01 before every number in November 2024.
        _ when Benin().Match(number) is { Success: true } match => $"+22901{match.Groups[1]}",

        // Brazil: the 9 that was put before the eight digits of mobile numbers, which began with 6 to 9; other numbers with and without it
        // are two people's.
        _ when Brazil().Match(number) is { Success: true } match => $"+55{match.Groups[1]}9{match.Groups[2]}",

        // Ivory Coast put two digits before every number in January 2021, which tell its operator.
        _ when IvoryCoast().Match(number) is { Success: true } match =>
            $"+225{IvorianOperatorOf(match.Groups[1].ValueSpan)}{match.Groups[1]}",

        // Mexico: the 1 that mobile numbers had until 2019; ten digits behind it.
        _ when Mexico().Match(number) is { Success: true } match => $"+52{match.Groups[1]}",
        _ => number,
    };

    /// <summary>
    /// The two digits that an old number got, by its operator. Fixed lines began with 2 or 3, and their third digit told the operator; in
    /// mobile numbers it was the second one.
    /// </summary>
    private static string IvorianOperatorOf(ReadOnlySpan<char> oldNumber) => oldNumber switch
    {
        ['2', _, '8', ..] => "21",
        ['2' or '3', _, '0', ..] => "25",
        ['2' or '3', ..] => "27",
        [_, >= '0' and <= '3', ..] => "01",
        [_, >= '4' and <= '6', ..] => "05",
        _ => "07",
    };

    [GeneratedRegex(@"^\+54([0-9]{10})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Argentina();

    /// <summary>A number with both the 9 and the 15. Behind the 9 it is written as at home, which libphonenumber reads.</summary>
    [GeneratedRegex(@"^\+549(?=[0-9]{12}\z)([0-9]{2,4}15[0-9]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex ArgentinaWithBoth();

    [GeneratedRegex(@"^\+229([0-9]{8})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Benin();

    [GeneratedRegex(@"^\+55([1-9][0-9])([6-9][0-9]{7})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Brazil();

    [GeneratedRegex(@"^\+225([0-9]{8})\z", RegexOptions.CultureInvariant)]
    private static partial Regex IvoryCoast();

    [GeneratedRegex(@"^\+521([0-9]{10})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Mexico();
}
