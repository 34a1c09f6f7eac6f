namespace ErzyCall.Api.Features.Usage;

/// <summary>
/// A range of time, cut where sums begin and end: whole days in the middle, whole hours before and behind them, and at both edges a part of
/// an hour. Each part may be empty. Days and hours are of UTC, in which they begin at whole multiples of their length.
/// </summary>
/// <param name="From">The beginning of the range, and of its first part of an hour; inclusive.</param>
/// <param name="FirstHour">The end of that part, and the beginning of the first whole hours.</param>
/// <param name="FirstDay">The beginning of the whole days.</param>
/// <param name="LastDay">The end of the whole days, and the beginning of the last whole hours.</param>
/// <param name="LastHour">The beginning of the last part of an hour.</param>
/// <param name="To">The end of the range; exclusive.</param>
internal readonly record struct UsageRange(
    DateTimeOffset From,
    DateTimeOffset FirstHour,
    DateTimeOffset FirstDay,
    DateTimeOffset LastDay,
    DateTimeOffset LastHour,
    DateTimeOffset To)
{
    public static UsageRange Of(DateTimeOffset from, DateTimeOffset to)
    {
        var firstHour = NextStart(from, TimeSpan.TicksPerHour, to);
        var lastHour = LastStart(to, TimeSpan.TicksPerHour, firstHour);
        var firstDay = NextStart(firstHour, TimeSpan.TicksPerDay, lastHour);
        return new UsageRange(from, firstHour, firstDay, LastStart(lastHour, TimeSpan.TicksPerDay, firstDay), lastHour, to);
    }

    /// <summary>Every day of which any part is in the range.</summary>
    public IEnumerable<DateOnly> Days()
    {
        if (From == To)
        {
            return [];
        }

        var first = DateOnly.FromDateTime(From.UtcDateTime).DayNumber;
        var last = DateOnly.FromDateTime(To.UtcDateTime.AddTicks(-1)).DayNumber;
        return Enumerable.Range(first, last - first + 1).Select(DateOnly.FromDayNumber);
    }

    /// <summary>The first start of a day or hour that is not before a time, but none that is after <paramref name="latest"/>.</summary>
    private static DateTimeOffset NextStart(DateTimeOffset time, long length, DateTimeOffset latest)
    {
        var passed = time.UtcTicks % length;
        var wait = passed == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(length - passed);
        return latest - time < wait ? latest : time + wait;
    }

    /// <summary>The last start of a day or hour that is not after a time, but none that is before <paramref name="earliest"/>.</summary>
    private static DateTimeOffset LastStart(DateTimeOffset time, long length, DateTimeOffset earliest)
    {
        var start = time.AddTicks(-(time.UtcTicks % length));
        return start < earliest ? earliest : start;
    }
}
