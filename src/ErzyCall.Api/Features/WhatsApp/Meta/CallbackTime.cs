using System.Globalization;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

/// <summary>Seconds since 1970, as text.</summary>
internal static class CallbackTime
{
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        var isTime = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 253_402_300_799;
        time = isTime ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
        return isTime;
    }
}
