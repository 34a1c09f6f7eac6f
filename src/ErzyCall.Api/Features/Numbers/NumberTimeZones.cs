using PhoneNumbers;

namespace ErzyCall.Api.Features.Numbers;

/// <summary>The time zones that phones are in: those of libphonenumber, and what it does not know.</summary>
internal static class NumberTimeZones
{
    /// <summary>
    /// Areas whose clock the library takes for a neighbour's, which changes on other days or not at all. Theirs counts as well, so a phone
    /// there rings when both allow it.
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
    /// <param name="parsed">What <paramref name="number"/> is to the library.</param>
    /// <param name="number">Canonical.</param>
    public static IReadOnlyList<string> Of(PhoneNumber parsed, string number)
    {
        var zones = PhoneNumberToTimeZonesMapper.GetInstance();
        var found = IsInItsArea(parsed) ? zones.GetTimeZonesForGeographicalNumber(parsed) : zones.GetTimeZonesForNumber(parsed);
        var own = s_clocksOfTheirOwn.Where(area => number.StartsWith(area.Prefix, StringComparison.Ordinal)).Select(area => area.Zone);
        return found is [var only] && only == zones.GetUnknownTimeZone() ? [] : [.. found.Union(own)];
    }

    /// <summary>
    /// Whether a number that does not say so is in its area all the same: one that its plan does not know, or not yet, and a mobile one of
    /// a country that shares another's code (Jamaica, Kazakhstan), for which the library would name every zone of that code.
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
