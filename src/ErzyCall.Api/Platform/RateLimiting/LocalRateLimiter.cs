using System.Collections.Concurrent;

namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>
/// The limiter of one node alone: for failing authentications, and for keys while Redis cannot be reached. The same formula as in Redis,
/// on the node's clock.
/// </summary>
internal sealed class LocalRateLimiter(TimeProvider clock)
{
    /// <summary>Names whose windows have emptied are dropped once there are more than this, at most once a minute: an attacker's addresses do not fill the memory.</summary>
    private const int SweepAbove = 10_000;

    private readonly ConcurrentDictionary<string, Windows> _windows = new(StringComparer.Ordinal);
    private long _lastSweep;

    public RateLimitDecision Take(string name, RateLimits limits)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        Sweep(now);
        var windows = _windows.GetOrAdd(name, static (_, at) => new Windows(at), now);
        lock (windows)
        {
            var decision = RateLimitDecision.Take(limits, windows.Minute.RotatedTo(now), windows.Hour.RotatedTo(now), now);
            (windows.Minute, windows.Hour) = (decision.Minute, decision.Hour);
            return decision;
        }
    }

    private void Sweep(long now)
    {
        var last = Interlocked.Read(ref _lastSweep);
        if (_windows.Count <= SweepAbove || now - last < WindowUsage.Minute || Interlocked.CompareExchange(ref _lastSweep, now, last) != last)
        {
            return;
        }

        foreach (var (name, windows) in _windows)
        {
            if (windows.Hour.EmptyAt(now) <= now)
            {
                _windows.TryRemove(name, out _);
            }
        }
    }

    private sealed class Windows(long now)
    {
        public WindowUsage Minute { get; set; } = WindowUsage.Unused(WindowUsage.Minute, now);

        public WindowUsage Hour { get; set; } = WindowUsage.Unused(WindowUsage.Hour, now);
    }
}
