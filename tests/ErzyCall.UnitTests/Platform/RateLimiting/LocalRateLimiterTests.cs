using CsCheck;
using ErzyCall.Api.Platform.RateLimiting;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.UnitTests.Platform.RateLimiting;

public sealed class LocalRateLimiterTests
{
    /// <summary>Limits, and requests: who asks, and after how many milliseconds. Often at once, sometimes after minutes or hours.</summary>
    private static readonly Gen<(RateLimits Limits, (string Name, int After)[] Requests)> s_traffic = Gen.Select(
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 20], (minute, hour) => new RateLimits(minute, hour)),
        Gen.Select(
            Gen.OneOf("a", "b"),
            Gen.Frequency((4, Gen.Int[0, 2_000]), (2, Gen.Int[0, 130_000]), (1, Gen.Int[0, 8_000_000]))).Array[0, 100]);

    /// <summary>The reference counts what passed from a list. Of <c>Retry-After</c> it is asked whether it is the first second: nothing is taken meanwhile, so room only grows.</summary>
    [Fact]
    public void A_moving_clock_lets_pass_what_an_exact_count_of_both_windows_lets_pass() => s_traffic.Sample(
        (limits, requests) =>
        {
            var clock = new FakeTimeProvider();
            var limiter = new LocalRateLimiter(clock);
            var references = new Dictionary<string, (SlidingCounterReference Minute, SlidingCounterReference Hour)>();
            foreach (var (name, after) in requests)
            {
                clock.Advance(TimeSpan.FromMilliseconds(after));
                var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
                var (minute, hour) = references.TryGetValue(name, out var known)
                    ? known
                    : references[name] = (new SlidingCounterReference(WindowUsage.Minute, now), new SlidingCounterReference(WindowUsage.Hour, now));
                minute.MoveTo(now);
                hour.MoveTo(now);
                bool HasRoomAt(long at) => minute.HasRoom(limits.PerMinute, at) && hour.HasRoom(limits.PerHour, at);

                var decision = limiter.Take(name, limits);

                Assert.Equal(HasRoomAt(now), decision.IsAllowed);
                if (decision.IsAllowed)
                {
                    minute.Take(now);
                    hour.Take(now);
                }
                else
                {
                    Assert.True(HasRoomAt(now + (1_000 * decision.RetryAfterSeconds)));
                    Assert.False(HasRoomAt(now + (1_000 * (decision.RetryAfterSeconds - 1))));
                }

                Assert.Equal((minute.Remaining(limits.PerMinute, now), hour.Remaining(limits.PerHour, now)), (decision.MinuteRemaining, decision.HourRemaining));
            }
        },
        iter: 500);

    [Fact]
    public void Names_are_limited_apart_from_each_other()
    {
        var limiter = new LocalRateLimiter(new FakeTimeProvider());
        var limits = new RateLimits(1, 10);

        Assert.True(limiter.Take("a", limits).IsAllowed);
        Assert.False(limiter.Take("a", limits).IsAllowed);
        Assert.True(limiter.Take("b", limits).IsAllowed);
    }

    [Fact]
    public void Windows_in_use_survive_the_sweep_of_those_that_have_emptied()
    {
        var clock = new FakeTimeProvider();
        var limiter = new LocalRateLimiter(clock);
        var limits = new RateLimits(10, 1);
        for (var i = 0; i < 10_001; i++)
        {
            limiter.Take($"old {i}", limits);
        }

        clock.Advance(TimeSpan.FromHours(1));
        Assert.True(limiter.Take("young", limits).IsAllowed);
        clock.Advance(TimeSpan.FromHours(1));

        Assert.True(limiter.Take("old 1", limits).IsAllowed);
        Assert.False(limiter.Take("young", limits).IsAllowed);
    }

    [Fact]
    public void No_more_than_the_limit_passes_however_many_ask_at_once()
    {
        var limiter = new LocalRateLimiter(new FakeTimeProvider());

        var allowed = Enumerable.Range(0, 1_000).AsParallel().Count(_ => limiter.Take("a", new RateLimits(100, 1_000)).IsAllowed);

        Assert.Equal(100, allowed);
    }
}
