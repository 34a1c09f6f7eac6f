namespace ErzyCall.Api.Platform.Time;

internal static class MillisecondClock
{
    /// <summary>
    /// The present moment in UTC, cut to whole milliseconds. The API shows milliseconds, so anything finer would make
    /// <c>from=</c> and <c>to=</c> disagree with the <c>createdAt</c> that a client has read.
    /// </summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
