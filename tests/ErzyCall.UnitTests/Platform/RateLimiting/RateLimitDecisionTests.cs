using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using ErzyCall.Api.Platform.RateLimiting;

namespace ErzyCall.UnitTests.Platform.RateLimiting;

[SuppressMessage("Security", "CA5394", Justification = "Random tests that can be run again need a seed, not secrecy.")]
public sealed class RateLimitDecisionTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 50)];

    /// <summary>A window of a few milliseconds, so that every single one can be looked at.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Room_comes_at_the_very_millisecond_that_is_told(int seed)
    {
        var random = new Random(seed);
        var length = random.Next(1, 40);
        var limit = random.Next(1, 12);
        long now = 1_000;
        var window = WindowUsage.Unused(length, now);
        var reference = new Reference(length, now);
        for (var step = 0; step < 300; step++)
        {
            now += random.Next(3) == 0 ? random.Next(0, 2 * length + 2) : random.Next(0, 3);
            window = window.RotatedTo(now);
            reference.MoveTo(now);
            Assert.Equal(reference.HasRoom(limit, now), window.HasRoom(limit, now));
            Assert.Equal(reference.Remaining(limit, now), window.Remaining(limit, now));
            Assert.Equal(FirstMoment(now, at => reference.HasRoom(limit, at)) - now, window.RoomIn(limit, now));
            Assert.Equal(FirstMoment(now, at => reference.IsEmpty(at)), window.EmptyAt(now));
            if (window.HasRoom(limit, now))
            {
                window = window.PlusOne();
                reference.Take(now);
            }
        }
    }

    /// <summary>Limits that were lowered leave windows fuller than they allow.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Retry_After_is_the_first_whole_second_at_which_both_windows_have_room(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            const long now = 1_790_000_000_000;
            var limits = new RateLimits(random.Next(1, 100), random.Next(1, 2_000));
            var minute = new WindowUsage(WindowUsage.Minute, now - random.Next(0, 60_000), random.Next(0, 150), random.Next(0, 150));
            var hour = new WindowUsage(WindowUsage.Hour, now - random.Next(0, 3_600_000), random.Next(0, 3_000), random.Next(0, 3_000));

            var decision = RateLimitDecision.Take(limits, minute, hour, now);
            Assert.Equal(decision.IsAllowed, decision.RetryAfterSeconds == 0 || IsAllowedAfter(0));
            if (decision.IsAllowed)
            {
                Assert.Equal((minute.PlusOne(), hour.PlusOne()), (decision.Minute, decision.Hour));
                continue;
            }

            Assert.Equal((minute, hour), (decision.Minute, decision.Hour));
            Assert.True(IsAllowedAfter(decision.RetryAfterSeconds), $"{limits} {minute} {hour}");
            Assert.False(IsAllowedAfter(decision.RetryAfterSeconds - 1), $"{limits} {minute} {hour}");

            bool IsAllowedAfter(int seconds)
            {
                var then = now + (seconds * 1_000L);
                return RateLimitDecision.Take(limits, minute.RotatedTo(then), hour.RotatedTo(then), then).IsAllowed;
            }
        }
    }

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

    private static long FirstMoment(long from, Func<long, bool> isIt)
    {
        while (!isIt(from))
        {
            from++;
        }

        return from;
    }

    /// <summary>The two-bucket counter as its description says it: a list of what was taken, counted anew each time, in exact fractions.</summary>
    private sealed class Reference(long length, long firstBucket)
    {
        private readonly List<long> _taken = [];
        private long _bucket = firstBucket;

        public void MoveTo(long now) => _bucket = BucketAt(now);

        public void Take(long now) => _taken.Add(now);

        public bool HasRoom(long limit, long now) => Used(now) + length <= limit * (BigInteger)length;

        public long Remaining(long limit, long now) => (long)BigInteger.Max(0, ((limit * (BigInteger)length) - Used(now)) / length);

        public bool IsEmpty(long now) => Count(BucketAt(now) - length) == 0 && Count(BucketAt(now)) == 0;

        // Times the length, to stay whole.
        private BigInteger Used(long now)
        {
            var bucket = BucketAt(now);
            return ((BigInteger)Count(bucket - length) * (length - (now - bucket))) + ((BigInteger)Count(bucket) * length);
        }

        private long Count(long bucket) => _taken.Count(at => at >= bucket && at < bucket + length);

        // After two buckets without a look the next one begins with the look.
        private long BucketAt(long now) => (now - _bucket) / length is var passed and < 2 ? _bucket + (passed * length) : now;
    }
}
