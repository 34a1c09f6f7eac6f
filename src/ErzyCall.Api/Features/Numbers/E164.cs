using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Validation;
using PhoneNumbers;

namespace ErzyCall.Api.Features.Numbers;

/// <summary>
/// A phone number as somebody has written it. One number can be written in several ways, which all have the same <see cref="Canonical"/>. A
/// number is shown as it was first given and compared by its canonical form.
/// </summary>
/// <param name="Text">The number as it was written, well-formed.</param>
internal readonly partial record struct E164(string Text) : IParsable<E164>, IPathValue
{
    public const string Syntax = @"^\+[1-9][0-9]{1,14}\z";

    public const string Message = "Must be E.164 format (e.g., +14155551234)";

    public const string TooLong = "Is too long for a number in its country";

    public const string TooShort = "Is too short for a number in its country";

    /// <summary>The longest number, in characters: the plus sign and fifteen digits.</summary>
    public const int MaxLength = 16;

    public static FieldLimits Limits { get; } = new() { Pattern = Syntax };

    public static string Description => "A phone number in E.164, in whatever form of it: `+` may also be written `%2B`.";

    /// <summary>
    /// The canonical form of the number: as libphonenumber reads it (a trunk prefix behind the country code does not count), in the one
    /// form that <see cref="NumberingPlans"/> has for plans that are written in two ways. The canonical form of a canonical form is itself.
    /// </summary>
    public string Canonical
    {
        get
        {
            // A number may have to be read again: each trunk zero of two is taken away by a reading of its own. A reading takes digits
            // away, or renumbers once, so there are fewer readings than digits.
            var number = Text;
            for (var readings = 0; readings < MaxLength; readings++)
            {
                var read = NumberingPlans.OneForm(Read(number));
                if (read == number)
                {
                    break;
                }

                number = read;
            }

            return number;
        }
    }

    /// <summary>
    /// The reason why no number of its country can have this length, judged by the canonical form; <c>null</c> when one can. Only the
    /// length is judged: reserved numbers and those that nobody has yet are numbers too. A country whose plan is unknown is not judged.
    /// </summary>
    public string? LengthProblem
    {
        get
        {
            var canonical = Canonical;
            if (Parse(canonical) is not { } parsed)
            {
                return BeginsWithCountryCode(canonical) ? TooShort : null;
            }

            var numbers = PhoneNumberUtil.GetInstance();
            return numbers.IsPossibleNumberWithReason(parsed) switch
            {
                PhoneNumberUtil.ValidationResult.TOO_LONG => TooLong,

                // In a plan with several lengths the shorter ones are the exceptions, so a number between two of them lacks digits.
                PhoneNumberUtil.ValidationResult.TOO_SHORT or PhoneNumberUtil.ValidationResult.INVALID_LENGTH => TooShort,

                // A number that can only be dialled within a town lacks the town's code; but some numbers of a whole country are as short.
                PhoneNumberUtil.ValidationResult.IS_POSSIBLE_LOCAL_ONLY => numbers.IsValidNumber(parsed) ? null : TooShort,
                _ => null,
            };
        }
    }

    /// <summary>
    /// The country of the number, or <c>null</c> when it has none: a satellite phone, an international freephone number, a prefix that
    /// nobody has.
    /// </summary>
    public string? Country
    {
        get
        {
            if (Parse(Canonical) is not { } parsed)
            {
                return null;
            }

            // Where several countries share a prefix, a number that is none of theirs (555-0100 of an area code) belongs to the main one.
            var numbers = PhoneNumberUtil.GetInstance();
            var region = numbers.GetRegionCodeForNumber(parsed) ?? numbers.GetRegionCodeForCountryCode(parsed.CountryCode);
            return region switch
            {
                // Ascension and Tristan da Cunha have prefixes of their own, but their country code is Saint Helena's.
                "AC" or "TA" => "SH",
                _ => Countries.IsKnown(region) ? region : null,
            };
        }
    }

    /// <summary>
    /// The time zones that the phone may be in, by their IANA ids: those of its area, or of its whole country where the number tells no
    /// area. Empty when it tells nothing.
    /// </summary>
    public IReadOnlyList<string> TimeZones =>
        Canonical is var number && Parse(number) is { } parsed ? NumberTimeZones.Of(parsed, number) : [];

    public static bool IsWellFormed(string text) => Pattern().IsMatch(text);

    /// <inheritdoc cref="Canonical"/>
    /// <param name="number">A well-formed number.</param>
    public static string CanonicalOf(string number) => new E164(number).Canonical;

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out E164 result)
    {
        result = new E164(s ?? "");
        return IsWellFormed(result.Text);
    }

    /// <exception cref="FormatException">Not E.164.</exception>
    public static E164 Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var number) ? number : throw new FormatException("Not a phone number in E.164 format.");

    public override string ToString() => Text;

    private static string Read(string number) =>
        Parse(number) is { } parsed
            && PhoneNumberUtil.GetInstance().Format(parsed, PhoneNumberFormat.E164) is var read
            && IsWellFormed(read)
                ? read
                : number;

    /// <summary>
    /// The number as libphonenumber reads it; <c>null</c> when it begins with no country's code, or has hardly anything behind it.
    /// </summary>
    private static PhoneNumber? Parse(string number)
    {
        try
        {
            return PhoneNumberUtil.GetInstance().Parse(number, defaultRegion: null);
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    private static bool BeginsWithCountryCode(string number) =>
        PhoneNumberUtil.GetInstance().GetSupportedCallingCodes()
            .Any(code => number.AsSpan(1).StartsWith(code.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    [GeneratedRegex(Syntax, RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
