namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>
/// The limiter of one node alone: for failing authentications, and for callers while Redis cannot be reached. The same formula as in Redis,
/// on the node's clock.
/// </summary>
internal sealed class LocalRateLimiter(TimeProvider clock)
{
    /// <summary>
    /// Names whose windows have emptied are dropped once there are more than this, at most once a minute: an attacker's addresses do not
    /// fill the memory.
    /// </summary>
    private const int SweepAbove = 10_000;

    private readonly Lock _deciding = new();
    private readonly Dictionary<string, (WindowUsage Minute, WindowUsage Hour)> _used = new(StringComparer.Ordinal);
    private long _lastSweep;

    public RateLimitDecision Take(params IReadOnlyList<RateLimitSubject> subjects)
    {
        // A decision is a microsecond's work, and it is one decision about several subjects: one lock for all.
        lock (_deciding)
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            Sweep(now);
            var decision = RateLimitDecision.Take([.. subjects.SelectMany(subject => Windows(subject, now))], now);
            for (var i = 0; i < subjects.Count; i++)
            {
                _used[subjects[i].Name] = (decision.Windows[2 * i].Usage, decision.Windows[(2 * i) + 1].Usage);
            }

            return decision;
        }
    }

    private IEnumerable<LimitedWindow> Windows(RateLimitSubject subject, long now) => _used.TryGetValue(subject.Name, out var used)
        ? subject.With(used.Minute.RotatedTo(now), used.Hour.RotatedTo(now))
        : subject.With(WindowUsage.Unused(WindowUsage.Minute, now), WindowUsage.Unused(WindowUsage.Hour, now));

    private void Sweep(long now)
    {
        if (_used.Count <= SweepAbove || now - _lastSweep < WindowUsage.Minute)
        {
            return;
        }

        _lastSweep = now;
        foreach (var (name, used) in _used)
        {
            if (used.Hour.EmptyAt(now) <= now)
            {
                _used.Remove(name);
            }
        }
    }
}
