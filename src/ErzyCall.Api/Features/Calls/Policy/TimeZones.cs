using ErzyCall.Api.Features.Numbers;
using NodaTime;

namespace ErzyCall.Api.Features.Calls.Policy;

/// <summary>The time zones of the IANA, from the data that NodaTime brings: the machine may have none.</summary>
internal static class TimeZones
{
    /// <summary>The longest id that is stored, in characters; none of the IANA's is as long.</summary>
    public const int MaxLength = 64;

    private static readonly HashSet<string> s_ids = [.. DateTimeZoneProviders.Tzdb.Ids];

    /// <summary>Whether a text is an id of the IANA's, to the letter. NodaTime itself also takes <c>UTC+3</c>.</summary>
    public static bool IsKnown(string id) => s_ids.Contains(id);

    public static DateTimeZone Get(string id) => DateTimeZoneProviders.Tzdb[id];

    /// <summary>
    /// The time zones that the phone of a number may be in; none when the number does not tell, or names one that nobody knows.
    /// </summary>
    public static IReadOnlyList<DateTimeZone> Of(E164 number) =>
        number.TimeZones is var ids && ids.All(IsKnown) ? [.. ids.Select(Get)] : [];
}
