using System.Globalization;

namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>Writes the headers that tell of the limits: <c>X-RateLimit-*</c> of the tightest window, and the IETF fields of all.</summary>
internal static class RateLimitHeaders
{
    public static void Write(IHeaderDictionary headers, RateLimitDecision decision)
    {
        var (tightest, now) = (decision.Tightest, decision.Now);
        headers["X-RateLimit-Limit"] = Text(tightest.Limit);
        headers["X-RateLimit-Remaining"] = Text(tightest.Remaining(now));
        headers["X-RateLimit-Reset"] = Text(tightest.ResetsAt(now));
        headers["RateLimit-Policy"] = List(decision.Windows, static window => $"q={window.Limit};w={window.Usage.Length / 1000}");
        headers["RateLimit"] = List(decision.Windows, window => $"r={window.Remaining(now)};t={window.ResetsIn(now)}");
    }

    private static string List(IEnumerable<LimitedWindow> windows, Func<LimitedWindow, string> parameters) =>
        string.Join(", ", windows.Select(window => $"\"{window.Policy}\";{parameters(window)}"));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
