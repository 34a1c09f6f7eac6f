namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>
/// The limiter of one copy of the server alone: for failing authentications, and for callers while Redis cannot be reached. It has the same
/// formula as in Redis, on the copy's own clock.
/// </summary>
internal sealed class LocalRateLimiter(TimeProvider clock)
{
    /// <summary>
    /// The number of names above which those with empty windows are dropped, at most once a minute, so that an attacker's addresses do not
    /// fill the memory.
    /// </summary>
    private const int SweepAbove = 10_000;

    private readonly Lock _deciding = new();
    private readonly Dictionary<string, (WindowUsage Minute, WindowUsage Hour)> _used = new(StringComparer.Ordinal);
    private long _lastSweep;

    public RateLimitDecision Take(params IReadOnlyList<RateLimitSubject> subjects)
    {
        // One lock for all: a decision is a microsecond's work, and it is one decision about several subjects.
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
