using CsCheck;
using ErzyCall.Api.Features.Usage;

namespace ErzyCall.UnitTests.Features.Usage;

public sealed class UsageRangeTests
{
    private static readonly Gen<DateTimeOffset> s_instant = Gen.Select(
        Gen.Long[0, 40L * 24 * 60],
        Gen.OneOf(0L, 1, -1, TimeSpan.TicksPerSecond),
        Gen.OneOf(0L, DateTimeOffset.MaxValue.Ticks - (41 * TimeSpan.TicksPerDay), new DateTimeOffset(2026, 2, 20, 0, 0, 0, TimeSpan.Zero).Ticks),
        (minutes, ticks, since) => new DateTimeOffset(Math.Max(0, since + (minutes * TimeSpan.TicksPerMinute) + ticks), TimeSpan.Zero));

    [Fact]
    public void A_range_is_cut_into_parts_that_follow_on_each_other_and_are_whole_hours_and_days_in_the_middle() =>
        Gen.Select(s_instant, s_instant).Sample((one, other) =>
        {
            var (from, to) = one < other ? (one, other) : (other, one);
            var range = UsageRange.Of(from, to);
            DateTimeOffset[] cuts = [from, range.FirstHour, range.FirstDay, range.LastDay, range.LastHour, to];
            return cuts.SequenceEqual(cuts.Order())
                && AreWhole(TimeSpan.TicksPerHour, range.FirstHour, range.FirstDay)
                && AreWhole(TimeSpan.TicksPerDay, range.FirstDay, range.LastDay)
                && AreWhole(TimeSpan.TicksPerHour, range.LastDay, range.LastHour)
                && range.FirstHour - from < TimeSpan.FromHours(1) && to - range.LastHour < TimeSpan.FromHours(1)
                && range.FirstDay - range.FirstHour < TimeSpan.FromDays(1) && range.LastHour - range.LastDay < TimeSpan.FromDays(1);
        });

    [Fact]
    public void Each_day_of_which_a_part_is_in_the_range_is_among_its_days()
    {
        Assert.Empty(Days("2026-02-28T00:00:00Z", "2026-02-28T00:00:00Z"));
        Assert.Equal(["2026-02-28"], Days("2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"));
        Assert.Equal(["2026-02-28", "2026-03-01"], Days("2026-02-28T23:59:59.999Z", "2026-03-01T00:00:00.001Z"));
    }

    private static bool AreWhole(long length, DateTimeOffset from, DateTimeOffset to) =>
        from == to || (from.UtcTicks % length == 0 && to.UtcTicks % length == 0);

    private static IEnumerable<string> Days(string from, string to) => UsageRange.Of(Parse(from), Parse(to)).Days().Select(day => day.ToString("O", null));

    private static DateTimeOffset Parse(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}
