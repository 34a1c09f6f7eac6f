using System.Globalization;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

/// <summary>A time of Meta's: seconds since 1970, as text.</summary>
internal static class CallbackTime
{
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        var isTime = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 253_402_300_799;
        time = isTime ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
        return isTime;
    }
}
