using PhoneNumbers;

namespace ErzyCall.Api.Features.Numbers;

/// <summary>The time zones that phones are in: those that libphonenumber knows, and some that it does not.</summary>
internal static class NumberTimeZones
{
    /// <summary>
    /// Areas for which the library names a neighbour's zone, whose clock changes on other days or not at all. Their own zone counts as
    /// well, so a phone there rings when both allow it.
    /// </summary>
    private static readonly (string Prefix, string Zone)[] s_clocksOfTheirOwn =
    [
        ("+617", "Australia/Brisbane"),
        ("+74012", "Europe/Kaliningrad"),
        ("+7845", "Europe/Saratov"),
        ("+211", "Africa/Juba"),
        ("+2125", "Africa/Casablanca"),
        ("+52614", "America/Chihuahua"),
        ("+5632210", "Pacific/Easter"),
        ("+5661", "America/Punta_Arenas"),
    ];

    /// <inheritdoc cref="E164.TimeZones"/>
    /// <param name="parsed"><paramref name="number"/> as the library has read it.</param>
    /// <param name="number">The number in canonical form.</param>
    public static IReadOnlyList<string> Of(PhoneNumber parsed, string number)
    {
        var zones = PhoneNumberToTimeZonesMapper.GetInstance();
        var found = IsInItsArea(parsed) ? zones.GetTimeZonesForGeographicalNumber(parsed) : zones.GetTimeZonesForNumber(parsed);
        var own = s_clocksOfTheirOwn.Where(area => number.StartsWith(area.Prefix, StringComparison.Ordinal)).Select(area => area.Zone);
        return found is [var only] && only == zones.GetUnknownTimeZone() ? [] : [.. found.Union(own)];
    }

    /// <summary>
    /// Whether a number is taken to be in its area although its type does not say so: one that its plan does not know, or not yet, and a
    /// mobile one of a country that shares another's code (Jamaica, Kazakhstan), for which the library would name every zone of that code.
    /// </summary>
    private static bool IsInItsArea(PhoneNumber number)
    {
        var plans = PhoneNumberUtil.GetInstance();
        return plans.GetNumberType(number) switch
        {
            PhoneNumberType.UNKNOWN => true,
            PhoneNumberType.MOBILE => plans.GetRegionCodeForNumber(number) != plans.GetRegionCodeForCountryCode(number.CountryCode),
            _ => false,
        };
    }
}
