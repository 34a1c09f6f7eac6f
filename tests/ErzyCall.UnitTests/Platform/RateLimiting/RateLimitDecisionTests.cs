using CsCheck;
using ErzyCall.Api.Platform.RateLimiting;

namespace ErzyCall.UnitTests.Platform.RateLimiting;

public sealed class RateLimitDecisionTests
{
    private const long Now = 1_790_000_000_000;

    /// <summary>A window of a few milliseconds, so that every single one can be looked at, and when somebody asks: mostly close together, sometimes after a bucket or two.</summary>
    private static readonly Gen<(int Length, int Limit, int[] Passes)> s_shortWindow =
        from length in Gen.Int[1, 40]
        from limit in Gen.Int[1, 12]
        from passes in Gen.Frequency((2, Gen.Int[0, 2]), (1, Gen.Int[0, (2 * length) + 1])).Array[0, 300]
        select (length, limit, passes);

    /// <summary>The windows of a key and of its organization. Limits that were lowered leave windows fuller than they allow.</summary>
    private static readonly Gen<LimitedWindow[]> s_anyState = Gen.Select(
        AnyWindow("minute", 100, WindowUsage.Minute), AnyWindow("hour", 2_000, WindowUsage.Hour), AnyWindow("org-minute", 100, WindowUsage.Minute), AnyWindow("org-hour", 2_000, WindowUsage.Hour),
        (minute, hour, orgMinute, orgHour) => new[] { minute, hour, orgMinute, orgHour });

    [Fact]
    public void Room_comes_at_the_very_millisecond_that_is_told() => s_shortWindow.Sample(
        (length, limit, passes) =>
        {
            long now = 1_000;
            var window = WindowUsage.Unused(length, now);
            var reference = new SlidingCounterReference(length, now);
            foreach (var passed in passes)
            {
                now += passed;
                window = window.RotatedTo(now);
                reference.MoveTo(now);
                Assert.Equal(reference.HasRoom(limit, now), window.HasRoom(limit, now));
                Assert.Equal(reference.Remaining(limit, now), window.Remaining(limit, now));
                Assert.Equal(FirstMoment(now, at => reference.HasRoom(limit, at)) - now, window.RoomIn(limit, now));
                Assert.Equal(FirstMoment(now, reference.IsEmpty), window.EmptyAt(now));
                if (window.HasRoom(limit, now))
                {
                    window = window.PlusOne();
                    reference.Take(now);
                }
            }
        },
        iter: 200);

    [Fact]
    public void Retry_After_is_the_first_whole_second_at_which_all_windows_have_room() => s_anyState.Sample(
        windows =>
        {
            var decision = RateLimitDecision.Take(windows, Now);

            Assert.Equal(decision.IsAllowed, IsAllowedAfter(0));
            if (decision.IsAllowed)
            {
                Assert.Equal(windows.Select(window => window with { Usage = window.Usage.PlusOne() }), decision.Windows);
                return;
            }

            Assert.Equal(windows, decision.Windows);
            Assert.True(IsAllowedAfter(decision.RetryAfterSeconds));
            Assert.False(IsAllowedAfter(decision.RetryAfterSeconds - 1));

            bool IsAllowedAfter(int seconds)
            {
                var then = Now + (seconds * 1_000L);
                return RateLimitDecision.Take([.. windows.Select(window => window with { Usage = window.Usage.RotatedTo(then) })], then).IsAllowed;
            }
        },
        iter: 5_000);

    [Theory]
    [InlineData(0, 0, 0, 0, "minute")]
    [InlineData(30, 501, 0, 0, "hour")]
    [InlineData(30, 499, 0, 0, "minute")]
    [InlineData(30, 500, 0, 0, "minute")]
    [InlineData(30, 500, 301, 0, "org-minute")]
    [InlineData(30, 500, 300, 5_000, "minute")]
    [InlineData(30, 500, 301, 5_017, "org-hour")]
    [InlineData(60, 1_000, 600, 10_000, "minute")]
    public void The_headers_tell_of_the_window_with_the_smallest_share_left(int usedMinute, int usedHour, int usedOrgMinute, int usedOrgHour, string policy)
    {
        var decision = new RateLimitDecision(
            true,
            [
                new LimitedWindow("minute", 60, new WindowUsage(WindowUsage.Minute, 0, 0, usedMinute)),
                new LimitedWindow("hour", 1_000, new WindowUsage(WindowUsage.Hour, 0, 0, usedHour)),
                new LimitedWindow("org-minute", 600, new WindowUsage(WindowUsage.Minute, 0, 0, usedOrgMinute)),
                new LimitedWindow("org-hour", 10_000, new WindowUsage(WindowUsage.Hour, 0, 0, usedOrgHour)),
            ],
            0);

        Assert.Equal(policy, decision.Tightest.Policy);
    }

    [Fact]
    public void A_clock_that_steps_back_gives_nothing_away()
    {
        var full = new WindowUsage(WindowUsage.Minute, 1_000_000, 5, 3);

        Assert.Equal(full, full.RotatedTo(900_000));
        Assert.False(full.HasRoom(8, 900_000));
        Assert.True(full.HasRoom(9, 900_000));
    }

    private static Gen<LimitedWindow> AnyWindow(string policy, int mostAllowed, long length) =>
        from limit in Gen.Int[1, mostAllowed]
        from age in Gen.Long[0, length - 1]
        from previous in Gen.Int[0, (mostAllowed * 3 / 2) - 1]
        from current in Gen.Int[0, (mostAllowed * 3 / 2) - 1]
        select new LimitedWindow(policy, limit, new WindowUsage(length, Now - age, previous, current));

    private static long FirstMoment(long from, Func<long, bool> isIt)
    {
        while (!isIt(from))
        {
            from++;
        }

        return from;
    }
}
