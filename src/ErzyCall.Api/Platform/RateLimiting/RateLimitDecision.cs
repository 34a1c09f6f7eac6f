namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>One of the windows that a request is judged by.</summary>
/// <param name="Policy">The window's name in the <c>RateLimit</c> headers.</param>
internal readonly record struct LimitedWindow(string Policy, long Limit, WindowUsage Usage)
{
    public long Remaining(long now) => Usage.Remaining(Limit, now);

    /// <summary>Whole seconds until usage is back to zero if nothing more is taken.</summary>
    public long ResetsIn(long now) => SecondsCeiling(Usage.EmptyAt(now) - now);

    /// <summary>The Unix time in seconds, rounded up, at which usage is certainly back to zero.</summary>
    public long ResetsAt(long now) => SecondsCeiling(Usage.EmptyAt(now));

    public long RoomIn(long now) => SecondsCeiling(Usage.RoomIn(Limit, now));

    private static long SecondsCeiling(long milliseconds) => (milliseconds + 999) / 1000;
}

/// <summary>The answer of a limiter to one request, with all that the headers say about it.</summary>
/// <param name="IsAllowed">Whether the request may go on; a refused one has taken nothing from any window.</param>
/// <param name="Windows">The windows in the order in which the headers name them.</param>
/// <param name="Now">The time by the limiter's clock, in Unix milliseconds.</param>
internal sealed record RateLimitDecision(bool IsAllowed, IReadOnlyList<LimitedWindow> Windows, long Now)
{
    /// <summary>Judges all windows, rotated to <paramref name="now"/>, and takes one from each if each has room.</summary>
    public static RateLimitDecision Take(IReadOnlyList<LimitedWindow> windows, long now)
    {
        var allowed = windows.All(window => window.Usage.HasRoom(window.Limit, now));
        return new RateLimitDecision(
            allowed, allowed ? [.. windows.Select(window => window with { Usage = window.Usage.PlusOne() })] : windows, now);
    }

    /// <summary>The error that a refused request is answered; <c>null</c> for any other.</summary>
    public ApiError? Refusal => IsAllowed ? null : ApiError.RateLimited(RetryAfterSeconds);

    /// <summary>Whole seconds after which one request succeeds if nothing else was sent.</summary>
    public int RetryAfterSeconds => (int)Windows.Max(window => window.RoomIn(Now));

    /// <summary>The window with the smallest share left; of several the first.</summary>
    public LimitedWindow Tightest => Windows.Aggregate((tightest, window) =>
        window.Remaining(Now) * tightest.Limit < tightest.Remaining(Now) * window.Limit ? window : tightest);
}
