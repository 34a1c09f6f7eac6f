namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>The answer of a limiter to one request, with all that the headers say about it.</summary>
/// <param name="IsAllowed">A refused request took nothing from either window.</param>
/// <param name="Now">The limiter's clock, Unix milliseconds.</param>
internal sealed record RateLimitDecision(bool IsAllowed, RateLimits Limits, WindowUsage Minute, WindowUsage Hour, long Now)
{
    /// <summary>Judges both windows, rotated to <paramref name="now"/>, and takes one from each if both have room.</summary>
    public static RateLimitDecision Take(RateLimits limits, WindowUsage minute, WindowUsage hour, long now)
    {
        var allowed = minute.HasRoom(limits.PerMinute, now) && hour.HasRoom(limits.PerHour, now);
        return new RateLimitDecision(allowed, limits, allowed ? minute.PlusOne() : minute, allowed ? hour.PlusOne() : hour, now);
    }

    public long MinuteRemaining => Minute.Remaining(Limits.PerMinute, Now);

    public long HourRemaining => Hour.Remaining(Limits.PerHour, Now);

    /// <summary>Whole seconds after which one request succeeds if nothing else was sent.</summary>
    public int RetryAfterSeconds =>
        (int)SecondsCeiling(Math.Max(Minute.RoomIn(Limits.PerMinute, Now), Hour.RoomIn(Limits.PerHour, Now)));

    /// <summary>Whether the minute has the smaller share left; the hour otherwise.</summary>
    public bool MinuteIsTighter => MinuteRemaining * Limits.PerHour <= HourRemaining * Limits.PerMinute;

    public long MinuteResetsIn => SecondsCeiling(Minute.EmptyAt(Now) - Now);

    public long HourResetsIn => SecondsCeiling(Hour.EmptyAt(Now) - Now);

    /// <summary>Unix seconds, rounded up: at that second usage is certainly zero.</summary>
    public long ResetsAt => SecondsCeiling(MinuteIsTighter ? Minute.EmptyAt(Now) : Hour.EmptyAt(Now));

    private static long SecondsCeiling(long milliseconds) => (milliseconds + 999) / 1000;
}
