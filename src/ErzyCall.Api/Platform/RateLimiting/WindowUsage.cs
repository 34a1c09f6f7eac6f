namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>
/// One sliding window by the two-bucket counter: what was used is the current bucket, plus the one before weighted by how much of it
/// the window still overlaps. Constant memory, and never more than one bucket's unevenness away from an exact log. All times are
/// milliseconds of one clock; the state is as of the moment it was read, with buckets that have passed already rotated out.
/// </summary>
/// <param name="Length">The length of a bucket and of the window, in milliseconds.</param>
/// <param name="Start">The time at which the current bucket began.</param>
/// <param name="Previous">The requests in the bucket before.</param>
/// <param name="Current">The requests in the current bucket.</param>
internal readonly record struct WindowUsage(long Length, long Start, long Previous, long Current)
{
    public const long Minute = 60_000;

    public const long Hour = 3_600_000;

    /// <summary>
    /// A window that nothing was ever taken from. Its first bucket begins with the first request, so that keys do not all rotate at the
    /// same moment.
    /// </summary>
    public static WindowUsage Unused(long length, long now) => new(length, now, 0, 0);

    /// <summary>The same window seen at <paramref name="now"/>. A clock that steps back is taken to stand still.</summary>
    public WindowUsage RotatedTo(long now) => ((now - Start) / Length) switch
    {
        <= 0 => this,
        1 => this with { Start = Start + Length, Previous = Current, Current = 0 },
        _ => Unused(Length, now),
    };

    public WindowUsage PlusOne() => this with { Current = Current + 1 };

    /// <summary>Whether one more request fits: <c>previous × overlap + current + 1 ≤ limit</c>, in whole numbers.</summary>
    public bool HasRoom(long limit, long now) => Previous * Overlap(now) <= (limit - 1 - Current) * Length;

    /// <summary>The whole requests that are left.</summary>
    public long Remaining(long limit, long now)
    {
        var used = (double)Previous * Overlap(now) / Length + Current;
        return Math.Max(0, (long)Math.Floor(limit - used));
    }

    /// <summary>Milliseconds until there is room if nothing more is taken; 0 when there is room now.</summary>
    public long RoomIn(long limit, long now)
    {
        if (HasRoom(limit, now))
        {
            return 0;
        }

        // While the current bucket alone is full, room comes only after it has become the previous one.
        return Current < limit
            ? RoomAt(Start, Previous, limit - 1 - Current) - now
            : RoomAt(Start + Length, Current, limit - 1) - now;
    }

    /// <summary>The moment at which usage is back to zero if nothing more is taken.</summary>
    public long EmptyAt(long now) => Current > 0 ? Start + (2 * Length) : Previous > 0 ? Start + Length : now;

    private long Overlap(long now) => Length - Math.Clamp(now - Start, 0, Length);

    // The first moment in the bucket from `start` at which previous × overlap ≤ room × length.
    private long RoomAt(long start, long previous, long room) => start + Length - (room * Length / previous);
}
