using System.Globalization;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.Numbers;
using PhoneNumbers;

namespace ErzyCall.UnitTests.Features.Numbers;

public sealed class E164Tests
{
    private static readonly PhoneNumberUtil s_library = PhoneNumberUtil.GetInstance();

    /// <summary>An example of every type of number in every country, and of those that belong to none; as they are written.</summary>
    private static readonly IReadOnlyList<string> s_examples =
    [
        .. s_library.GetSupportedRegions()
            .SelectMany(region => s_library.GetSupportedTypesForRegion(region).Select(type => s_library.GetExampleNumberForType(region, type)))
            .Concat(s_library.GetSupportedGlobalNetworkCallingCodes().Select(s_library.GetExampleNumberForNonGeoEntity))
            .OfType<PhoneNumber>()
            .Select(Write)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [InlineData("+14155551234", true)]
    [InlineData("+12", true)]
    [InlineData("+123456789012345", true)]
    [InlineData("+1234567890123456", false)]
    [InlineData("+1", false)]
    [InlineData("+04155551234", false)]
    [InlineData("14155551234", false)]
    [InlineData("0014155551234", false)]
    [InlineData("+1 415 555 1234", false)]
    [InlineData("+1415555123٤", false)]
    [InlineData("+14155551234\n", false)]
    [InlineData(" +14155551234", false)]
    [InlineData("", false)]
    public void A_phone_number_is_E164_to_the_letter(string text, bool accepted) => Assert.Equal(accepted, E164.IsWellFormed(text));

    [Theory]
    [InlineData("+14155551234", "America/Los_Angeles")]
    [InlineData("+442071234567", "Europe/London")]
    [InlineData("+4402071234567", "Europe/London")]
    [InlineData("+919876543210", "Asia/Calcutta")]

    // Nobody has it, or its plan does not know it; but its area is known.
    [InlineData("+14155550100", "America/Los_Angeles")]
    [InlineData("+14151234567", "America/Los_Angeles")]

    // Mobile, of a country that shares another's code.
    [InlineData("+18764101234", "America/Jamaica")]
    [InlineData("+12423591234", "America/Nassau")]
    [InlineData("+14413701234", "Atlantic/Bermuda")]
    [InlineData("+77011234567", "Asia/Almaty Asia/Aqtobe")]

    // In areas that have changed their clocks otherwise than the neighbour they are taken for.
    [InlineData("+61755123456", "Australia/Sydney Australia/Brisbane")]
    [InlineData("+61731234567", "Australia/Brisbane")]

    // Of no country.
    [InlineData("+99912345678", "")]
    [InlineData("+12", "")]
    public void A_number_tells_its_time_zone(string number, string zones) =>
        Assert.Equal(zones, string.Join(' ', new E164(number).TimeZones));

    [Fact]
    public void A_number_of_a_whole_country_may_be_in_any_of_its_time_zones()
    {
        Assert.Superset(
            new HashSet<string> { "America/New_York", "America/Los_Angeles", "Pacific/Honolulu" },
            new E164("+18002345678").TimeZones.ToHashSet());
        Assert.Superset(new HashSet<string> { "Australia/Sydney", "Australia/Perth" }, new E164("+61491570006").TimeZones.ToHashSet());
    }

    [Fact]
    public void Every_time_zone_of_a_number_is_one_whose_clock_is_known() =>
        Assert.All(
            s_examples.SelectMany(number => new E164(number).TimeZones).Distinct(), zone => Assert.True(TimeZones.IsKnown(zone), zone));

    [Theory]

    // A trunk prefix behind the country code does not count, however often.
    [InlineData("+4402071234567", "+442071234567")]
    [InlineData("+44002071234567", "+442071234567")]
    [InlineData("+114155550100", "+14155550100")]
    [InlineData("+7849512345678", "+7849512345678")]
    [InlineData("+784951234567", "+74951234567")]
    [InlineData("+3606301234567", "+36301234567")]
    [InlineData("+49030123456", "+4930123456")]
    [InlineData("+5501511987654321", "+5511987654321")]

    // Where a zero belongs to the number it stays.
    [InlineData("+390612345678", "+390612345678")]
    [InlineData("+39612345678", "+39612345678")]
    [InlineData("+242061234567", "+242061234567")]

    // Argentina: 9 from abroad, 15 at home.
    [InlineData("+541123456789", "+5491123456789")]
    [InlineData("+5491123456789", "+5491123456789")]
    [InlineData("+54111523456789", "+5491123456789")]
    [InlineData("+540111523456789", "+5491123456789")]
    [InlineData("+549111523456789", "+5491123456789")]
    [InlineData("+54341155123456", "+5493415123456")]
    [InlineData("+54296615123456", "+5492966123456")]

    // Mexico: the 1 of mobile numbers, until 2019.
    [InlineData("+5215512345678", "+525512345678")]
    [InlineData("+525512345678", "+525512345678")]

    // Brazil: the ninth digit of mobile numbers, and of no others.
    [InlineData("+551187654321", "+5511987654321")]
    [InlineData("+5511987654321", "+5511987654321")]
    [InlineData("+551133334444", "+551133334444")]
    [InlineData("+55011987654321", "+5511987654321")]

    // Benin, 2024.
    [InlineData("+22996001100", "+2290196001100")]
    [InlineData("+2290196001100", "+2290196001100")]
    [InlineData("+22921301234", "+2290121301234")]

    // Ivory Coast, 2021: mobile numbers by their second digit, fixed lines by their third.
    [InlineData("+22501234567", "+2250101234567")]
    [InlineData("+22540234567", "+2250140234567")]
    [InlineData("+22504234567", "+2250504234567")]
    [InlineData("+22566234567", "+2250566234567")]
    [InlineData("+22507234567", "+2250707234567")]
    [InlineData("+22589234567", "+2250789234567")]
    [InlineData("+22520234567", "+2252720234567")]
    [InlineData("+22520834567", "+2252120834567")]
    [InlineData("+22521034567", "+2252521034567")]
    [InlineData("+22530034567", "+2252530034567")]
    [InlineData("+22530834567", "+2252730834567")]
    [InlineData("+2250707234567", "+2250707234567")]

    // What libphonenumber reads otherwise than it is written: San Marino's own prefix.
    [InlineData("+378886377", "+3780549886377")]

    // Of no country, or hardly a number: as they are written.
    [InlineData("+999123456", "+999123456")]
    [InlineData("+99", "+99")]
    [InlineData("+12", "+12")]
    [InlineData("+80012345678", "+80012345678")]
    [InlineData("+870773111632", "+870773111632")]

    // Reserved for fiction and documentation.
    [InlineData("+14155550100", "+14155550100")]
    [InlineData("+442079460000", "+442079460000")]
    public void One_number_has_one_canonical_form(string written, string canonical) => Assert.Equal(canonical, E164.CanonicalOf(written));

    [Theory]
    [InlineData("+14155550100", null)]
    [InlineData("+141555501990", E164.TooLong)]
    [InlineData("+1415555010", E164.TooShort)]
    [InlineData("+15550100", E164.TooShort)]
    [InlineData("+13101234", null)]
    [InlineData("+442071234567", null)]
    [InlineData("+4402071234567", null)]
    [InlineData("+44207123456789", E164.TooLong)]
    [InlineData("+4420712345", E164.TooShort)]
    [InlineData("+441481960194", null)]
    [InlineData("+541123456789", null)]
    [InlineData("+54111523456789", null)]
    [InlineData("+5215512345678", null)]
    [InlineData("+525512345678", null)]
    [InlineData("+52155123456789", E164.TooLong)]
    [InlineData("+551187654321", null)]
    [InlineData("+22996001100", null)]
    [InlineData("+2290196001100", null)]
    [InlineData("+2299600110", E164.TooShort)]
    [InlineData("+22507234567", null)]
    [InlineData("+22507234567890", E164.TooLong)]
    [InlineData("+44", E164.TooShort)]
    [InlineData("+12", E164.TooShort)]
    [InlineData("+491", E164.TooShort)]
    [InlineData("+800123456789", E164.TooLong)]
    [InlineData("+80012345678", null)]
    [InlineData("+979123456789", null)]
    [InlineData("+999123456", null)]
    [InlineData("+99912345678901", null)]
    [InlineData("+99", null)]
    [InlineData("+2908999", null)]
    [InlineData("+24762889", null)]
    [InlineData("+390612345678", null)]
    public void A_number_is_as_long_as_its_country_has_them(string number, string? problem) => Assert.Equal(problem, new E164(number).LengthProblem);

    [Fact]
    public void Every_country_s_own_examples_fit_it()
    {
        Assert.True(s_examples.Count > 1_000);
        Assert.DoesNotContain(s_examples, number => new E164(number).LengthProblem is not null);
    }

    [Fact]
    public void A_canonical_form_is_its_own_whatever_is_written()
    {
        var written = s_examples.SelectMany(Variants).Concat(Random()).Where(E164.IsWellFormed).Distinct().ToList();
        Assert.True(written.Count > 20_000);
        Assert.DoesNotContain(
            written,
            number => E164.CanonicalOf(number) is var canonical && (!E164.IsWellFormed(canonical) || E164.CanonicalOf(canonical) != canonical));
    }

    [Fact]
    public void What_libphonenumber_reads_as_one_number_has_one_canonical_form()
    {
        var readOtherwise = s_examples.SelectMany(Variants).Where(E164.IsWellFormed).Distinct()
            .Select(number => (Written: number, Read: Read(number)))
            .Where(number => number.Read is not null && number.Read != number.Written && E164.IsWellFormed(number.Read))
            .ToList();
        Assert.True(readOtherwise.Count > 1_000);
        Assert.DoesNotContain(readOtherwise, number => E164.CanonicalOf(number.Written) != E164.CanonicalOf(number.Read!));
    }

    [Fact]
    public void A_country_s_examples_stay_different_numbers()
    {
        // Forms that the plans hold to be one aside, whoever is not to be called is nobody else.
        var merged = s_examples.GroupBy(E164.CanonicalOf).Where(same => same.Count() > 1).SelectMany(same => same);
        Assert.All(merged, number => Assert.Matches(@"^\+(?:54|378)", number));
    }

    [Fact]
    public void Whoever_goes_on_dialling_is_told_that_it_is_too_long()
    {
        foreach (var example in s_examples)
        {
            var canonical = E164.CanonicalOf(example);
            var longer = canonical.PadRight(E164.MaxLength, '5');
            var expected = s_library.IsPossibleNumberWithReason(s_library.Parse(E164.CanonicalOf(longer), null)) == PhoneNumberUtil.ValidationResult.TOO_LONG ? E164.TooLong : null;
            Assert.True(expected == new E164(longer).LengthProblem, longer);
        }
    }

    /// <summary>
    /// As people write it: with the trunk prefix of its country, twice, with another digit, without its last one, with another ending.
    /// </summary>
    private static IEnumerable<string> Variants(string example)
    {
        var parsed = s_library.Parse(example, null);
        var code = $"+{parsed.CountryCode.ToString(CultureInfo.InvariantCulture)}";
        var national = example[code.Length..];
        string[] trunks = [s_library.GetNddPrefixForRegion(s_library.GetRegionCodeForCountryCode(parsed.CountryCode), true) ?? "", "0", "1", "8", "9", "15"];
        return [example, example[..^1], $"{example}7", $"{example[..^4]}0100", .. trunks.SelectMany(trunk => new[] { $"{code}{trunk}{national}", $"{code}{trunk}{trunk}{national}" })];
    }

    private static IEnumerable<string> Random()
    {
#pragma warning disable CA5394 // Numbers for a test that can be run again, not secrets.
        var random = new Random(20260115);
        return s_library.GetSupportedCallingCodes().Append(999).SelectMany(code => Enumerable.Range(1, 60).Select(turn =>
            $"+{code.ToString(CultureInfo.InvariantCulture)}{string.Concat(Enumerable.Range(0, (turn % 14) + 1).Select(_ => random.Next(10)))}"));
#pragma warning restore CA5394
    }

    private static string? Read(string number)
    {
        try
        {
            return Write(s_library.Parse(number, null));
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    private static string Write(PhoneNumber number) => s_library.Format(number, PhoneNumberFormat.E164);
}
