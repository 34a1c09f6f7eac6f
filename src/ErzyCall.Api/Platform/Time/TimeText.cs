using System.Globalization;
using System.Text.RegularExpressions;

namespace ErzyCall.Api.Platform.Time;

/// <summary>Reads times as requests write them.</summary>
internal static partial class TimeText
{
    public const string Message = "Must be an ISO 8601 time with an offset (e.g., 2026-01-15T10:30:00Z)";

    /// <summary>
    /// Reads a time with <c>T</c> and an explicit offset or <c>Z</c>; seconds and fractions are optional (what is finer than 100 ns is cut
    /// off). Without an offset the same text would mean another moment on another server, so it is refused.
    /// </summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        var match = Pattern().Match(text);
        if (!match.Success)
        {
            return false;
        }

        var finer = match.Groups["finer"];
        return DateTimeOffset.TryParse(
            text.Remove(finer.Index, finer.Length), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time);
    }

    [GeneratedRegex(
        @"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7}(?<finer>[0-9]*))?)?(Z|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
