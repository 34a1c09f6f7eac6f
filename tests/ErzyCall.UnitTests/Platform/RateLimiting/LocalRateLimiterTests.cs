using CsCheck;
using ErzyCall.Api.Platform.Authentication;
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

                var decision = limiter.Take(Subject(name, limits));

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

                Assert.Equal((minute.Remaining(limits.PerMinute, now), hour.Remaining(limits.PerHour, now)), (decision.Windows[0].Remaining(now), decision.Windows[1].Remaining(now)));
            }
        },
        iter: 500);

    [Fact]
    public void Names_are_limited_apart_from_each_other()
    {
        var limiter = new LocalRateLimiter(new FakeTimeProvider());
        var limits = new RateLimits(1, 10);

        Assert.True(limiter.Take(Subject("a", limits)).IsAllowed);
        Assert.False(limiter.Take(Subject("a", limits)).IsAllowed);
        Assert.True(limiter.Take(Subject("b", limits)).IsAllowed);
    }

    [Fact]
    public void Windows_in_use_survive_the_sweep_of_those_that_have_emptied()
    {
        var clock = new FakeTimeProvider();
        var limiter = new LocalRateLimiter(clock);
        var limits = new RateLimits(10, 1);
        for (var i = 0; i < 10_001; i++)
        {
            limiter.Take(Subject($"old {i}", limits));
        }

        clock.Advance(TimeSpan.FromHours(1));
        Assert.True(limiter.Take(Subject("young", limits)).IsAllowed);
        clock.Advance(TimeSpan.FromHours(1));

        Assert.True(limiter.Take(Subject("old 1", limits)).IsAllowed);
        Assert.False(limiter.Take(Subject("young", limits)).IsAllowed);
    }

    [Fact]
    public void No_more_than_the_limit_passes_however_many_ask_at_once()
    {
        var limiter = new LocalRateLimiter(new FakeTimeProvider());

        var allowed = Enumerable.Range(0, 1_000).AsParallel().Count(_ => limiter.Take(Subject("a", new RateLimits(100, 1_000))).IsAllowed);

        Assert.Equal(100, allowed);
    }

    [Fact]
    public void What_one_of_several_subjects_refuses_is_taken_from_none()
    {
        var clock = new FakeTimeProvider();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var limiter = new LocalRateLimiter(clock);
        var organization = Subject("organization", new RateLimits(3, 100));
        RateLimitSubject[] keys = [Subject("a", new RateLimits(2, 100)), Subject("b", new RateLimits(2, 100))];

        Assert.Equal([true, true, false, true, false], ((int[])[0, 0, 0, 1, 1]).Select(key => limiter.Take(keys[key], organization).IsAllowed));
        Assert.Equal([0, 98, 0, 97], limiter.Take(keys[0], organization).Windows.Select(window => window.Remaining(now)));
        Assert.Equal([1, 99, 0, 97], limiter.Take(keys[1], organization).Windows.Select(window => window.Remaining(now)));
    }

    private static RateLimitSubject Subject(string name, RateLimits limits) => new(name, limits, "minute", "hour");
}
