using ErzyCall.Api.Platform.RateLimiting;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.UnitTests.Platform.RateLimiting;

public sealed class LocalRateLimiterTests
{
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
