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

    /// <summary>Limits that were lowered leave windows fuller than they allow.</summary>
    private static readonly Gen<(RateLimits Limits, WindowUsage Minute, WindowUsage Hour)> s_anyState = Gen.Select(
        Gen.Select(Gen.Int[1, 100], Gen.Int[1, 2_000], (minute, hour) => new RateLimits(minute, hour)), AnyUsage(WindowUsage.Minute, 150), AnyUsage(WindowUsage.Hour, 3_000));

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
    public void Retry_After_is_the_first_whole_second_at_which_both_windows_have_room() => s_anyState.Sample(
        (limits, minute, hour) =>
        {
            var decision = RateLimitDecision.Take(limits, minute, hour, Now);

            Assert.Equal(decision.IsAllowed, IsAllowedAfter(0));
            if (decision.IsAllowed)
            {
                Assert.Equal((minute.PlusOne(), hour.PlusOne()), (decision.Minute, decision.Hour));
                return;
            }

            Assert.Equal((minute, hour), (decision.Minute, decision.Hour));
            Assert.True(IsAllowedAfter(decision.RetryAfterSeconds));
            Assert.False(IsAllowedAfter(decision.RetryAfterSeconds - 1));

            bool IsAllowedAfter(int seconds)
            {
                var then = Now + (seconds * 1_000L);
                return RateLimitDecision.Take(limits, minute.RotatedTo(then), hour.RotatedTo(then), then).IsAllowed;
            }
        },
        iter: 5_000);

    [Theory]
    [InlineData(60, 1_000, 0, 0, true)]
    [InlineData(60, 1_000, 30, 501, false)]
    [InlineData(60, 1_000, 30, 499, true)]
    [InlineData(100, 3, 1, 1, false)]
    [InlineData(10, 20, 5, 10, true)]
    public void The_headers_tell_of_the_window_with_the_smaller_share_left(int perMinute, int perHour, int usedMinute, int usedHour, bool minuteIsTighter)
    {
        var decision = new RateLimitDecision(
            true, new RateLimits(perMinute, perHour), new WindowUsage(WindowUsage.Minute, 0, 0, usedMinute), new WindowUsage(WindowUsage.Hour, 0, 0, usedHour), 0);

        Assert.Equal(minuteIsTighter, decision.MinuteIsTighter);
    }

    [Fact]
    public void A_clock_that_steps_back_gives_nothing_away()
    {
        var full = new WindowUsage(WindowUsage.Minute, 1_000_000, 5, 3);

        Assert.Equal(full, full.RotatedTo(900_000));
        Assert.False(full.HasRoom(8, 900_000));
        Assert.True(full.HasRoom(9, 900_000));
    }

    private static Gen<WindowUsage> AnyUsage(long length, int most) =>
        Gen.Select(Gen.Long[0, length - 1], Gen.Int[0, most - 1], Gen.Int[0, most - 1], (age, previous, current) => new WindowUsage(length, Now - age, previous, current));

    private static long FirstMoment(long from, Func<long, bool> isIt)
    {
        while (!isIt(from))
        {
            from++;
        }

        return from;
    }
}
