using System.Globalization;
using ErzyCall.Api.Features.Calls.Policy;
using NodaTime;

namespace ErzyCall.UnitTests.Features.Calls.Policy;

public sealed class CallingHoursTests
{
    private const string Workdays = "mon tue wed thu fri";
    private const string EveryDay = "mon tue wed thu fri sat sun";

    [Theory]

    // The first of June 2026 is a Monday. Within the hours it is now; the end is outside.
    [InlineData("mon 09:00 18:00", "Europe/Berlin", "2026-06-01T07:00:00Z", "2026-06-01T07:00:00Z")]
    [InlineData("mon 09:00 18:00", "Europe/Berlin", "2026-06-01T12:34:56.789Z", "2026-06-01T12:34:56.789Z")]
    [InlineData("mon 09:00 18:00", "Europe/Berlin", "2026-06-01T06:59:59.999Z", "2026-06-01T07:00:00Z")]
    [InlineData("mon 09:00 18:00", "Europe/Berlin", "2026-06-01T15:59:59.999Z", "2026-06-01T15:59:59.999Z")]
    [InlineData("mon 09:00 18:00", "Europe/Berlin", "2026-06-01T16:00:00Z", "2026-06-08T07:00:00Z")]

    // Several hours of a day, days in any order, hours that overlap and hours that touch.
    [InlineData("mon 14:00 16:00, mon 09:00 12:00", "UTC", "2026-06-01T12:00:00Z", "2026-06-01T14:00:00Z")]
    [InlineData("fri mon 09:00 12:00", "UTC", "2026-06-01T12:00:00Z", "2026-06-05T09:00:00Z")]
    [InlineData("mon 09:00 12:00, mon 11:00 13:00", "UTC", "2026-06-01T12:30:00Z", "2026-06-01T12:30:00Z")]
    [InlineData("mon 09:00 12:00, mon 12:00 13:00", "UTC", "2026-06-01T12:00:00Z", "2026-06-01T12:00:00Z")]

    // Midnight, and the end of a day.
    [InlineData("mon 00:00 24:00", "Europe/Berlin", "2026-05-31T21:59:59Z", "2026-05-31T22:00:00Z")]
    [InlineData("mon 00:00 24:00", "Europe/Berlin", "2026-06-01T21:59:59.999Z", "2026-06-01T21:59:59.999Z")]
    [InlineData("mon 00:00 24:00", "Europe/Berlin", "2026-06-01T22:00:00Z", "2026-06-07T22:00:00Z")]
    [InlineData("mon 20:00 24:00, tue 00:00 02:00", "Europe/Berlin", "2026-06-01T22:00:00Z", "2026-06-01T22:00:00Z")]
    [InlineData("mon 23:59 24:00", "UTC", "2026-06-01T00:00:00Z", "2026-06-01T23:59:00Z")]
    [InlineData(EveryDay + " 00:00 24:00", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z")]

    // Zones of half and quarter hours, and the one that is furthest ahead: where it is Monday when it is Sunday elsewhere.
    [InlineData("mon 09:00 10:00", "Asia/Kolkata", "2026-06-01T00:00:00Z", "2026-06-01T03:30:00Z")]
    [InlineData("mon 09:00 10:00", "Asia/Kathmandu", "2026-06-01T00:00:00Z", "2026-06-01T03:15:00Z")]
    [InlineData("mon 09:00 10:00", "Australia/Lord_Howe", "2026-05-31T00:00:00Z", "2026-05-31T22:30:00Z")]
    [InlineData("mon 09:00 10:00", "Pacific/Kiritimati", "2026-05-31T00:00:00Z", "2026-05-31T19:00:00Z")]
    [InlineData("mon 09:00 10:00", "Pacific/Kiritimati", "2026-05-31T20:00:00Z", "2026-06-07T19:00:00Z")]

    // The clock goes forward: from 02:00 to 03:00 there is nothing, and what reaches beyond it begins behind it.
    [InlineData("sun 02:00 03:00", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-04-05T00:00:00Z")]
    [InlineData("sun 02:15 02:45", "Europe/Berlin", "2026-03-29T00:59:59Z", "2026-04-05T00:15:00Z")]
    [InlineData("sun 02:30 04:00", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("sun 01:00 02:00", "Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T00:59:59Z")]
    [InlineData("sun 01:00 02:00", "Europe/Berlin", "2026-03-29T01:00:00Z", "2026-04-04T23:00:00Z")]
    [InlineData("sun 09:00 17:00", "America/New_York", "2026-03-08T06:00:00Z", "2026-03-08T13:00:00Z")]

    // The clock goes back: an hour is shown twice, and is open twice or not at all.
    [InlineData("sun 02:00 03:00", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("sun 02:00 03:00", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T01:30:00Z")]
    [InlineData("sun 02:00 03:00", "Europe/Berlin", "2026-10-25T02:00:00Z", "2026-11-01T01:00:00Z")]
    [InlineData("sun 02:30 03:00", "Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z")]
    [InlineData("sun 03:00 04:00", "Europe/Berlin", "2026-10-25T00:59:00Z", "2026-10-25T02:00:00Z")]
    [InlineData("sun 09:00 17:00", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T14:00:00Z")]

    // Several zones: all of them must be open.
    [InlineData(Workdays + " 09:00 17:00", "America/New_York America/Los_Angeles", "2026-06-01T13:00:00Z", "2026-06-01T16:00:00Z")]
    [InlineData(Workdays + " 09:00 17:00", "America/New_York America/Los_Angeles", "2026-06-01T20:59:00Z", "2026-06-01T20:59:00Z")]
    [InlineData(Workdays + " 09:00 17:00", "America/New_York America/Los_Angeles", "2026-06-01T21:00:00Z", "2026-06-02T16:00:00Z")]
    [InlineData(Workdays + " 09:00 17:00", "America/New_York America/Los_Angeles", "2026-06-05T21:00:00Z", "2026-06-08T16:00:00Z")]
    [InlineData("mon tue 09:00 10:00", "Pacific/Kiritimati Pacific/Honolulu", "2026-06-01T00:00:00Z", "2026-06-01T19:00:00Z")]

    // No zone, or no moment in common within two weeks: the other one decides, which is UTC here.
    [InlineData("mon 09:00 10:00", "", "2026-06-01T00:00:00Z", "2026-06-01T09:00:00Z")]
    [InlineData(EveryDay + " 09:00 12:00", "Pacific/Auckland Europe/Lisbon", "2026-06-01T00:00:00Z", "2026-06-01T09:00:00Z")]
    [InlineData("mon 09:00 10:00", "Pacific/Kiritimati Pacific/Honolulu", "2026-06-01T00:00:00Z", "2026-06-01T09:00:00Z")]
    public void The_next_opening_is_the_first_moment_at_which_all_clocks_are_within_the_hours(
        string hours, string zones, string from, string expected)
    {
        var open = new CallingHours(Windows(hours)).NextOpen(
            At(from), [.. zones.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TimeZones.Get)], DateTimeZone.Utc);

        Assert.Equal(At(expected), open);
    }

    /// <summary>Against going through the minutes one by one and looking at the clocks.</summary>
    [Fact]
    public void Whatever_the_hours_the_zones_and_the_time_nothing_is_open_before_it_and_it_is_open_then()
    {
        string[] zones =
        [
            "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati", "Asia/Kathmandu",
            "Africa/Casablanca", "Pacific/Chatham",
        ];
        string[] changes =
        [
            "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2026-04-04T15:00:00Z",
            "2026-10-03T15:30:00Z", "2026-02-15T02:00:00Z",
        ];
#pragma warning disable CA5394 // The same cases every time.
        var random = new Random(26);
        for (var n = 0; n < 300; n++)
        {
            var windows = Enumerable.Range(0, random.Next(1, 4)).Select(_ => AnyWindow(random)).ToList();
            var chosen = Enumerable.Range(0, random.Next(1, 4)).Select(_ => TimeZones.Get(zones[random.Next(zones.Length)])).ToList();
            var from = At(changes[random.Next(changes.Length)]) + Duration.FromMinutes(random.Next(-1_500, 1_500));
#pragma warning restore CA5394

            var open = new CallingHours(windows).NextOpen(from, chosen, DateTimeZone.Utc);

            var expected = Minutes(from, Duration.FromDays(14))
                .Where(at => chosen.TrueForAll(zone => IsWithin(windows, at.InZone(zone).LocalDateTime)))
                .Cast<Instant?>().FirstOrDefault()
                ?? Minutes(from, Duration.FromDays(8)).First(at => IsWithin(windows, at.InUtc().LocalDateTime));
            Assert.Equal((n, expected), (n, open));
        }
    }

    private static IEnumerable<Instant> Minutes(Instant from, Duration length)
    {
        for (var at = from; at < from + length; at += Duration.FromMinutes(1))
        {
            yield return at;
        }
    }

    private static bool IsWithin(List<CallingWindow> windows, LocalDateTime clock)
    {
        var day = EveryDay.Split(' ')[(int)clock.DayOfWeek - 1];
        var time = $"{clock.Hour:D2}:{clock.Minute:D2}";
        return windows.Exists(window => window.Days.Contains(day)
            && string.CompareOrdinal(window.From, time) <= 0 && string.CompareOrdinal(time, window.To) < 0);
    }

    private static CallingWindow AnyWindow(Random random)
    {
#pragma warning disable CA5394 // The same cases every time.
        var from = random.Next(0, 96);
        var to = random.Next(from + 1, 97);
        var days = EveryDay.Split(' ').Where(_ => random.Next(3) == 0).DefaultIfEmpty("sun").ToList();
#pragma warning restore CA5394
        return new CallingWindow(days, Time(from), Time(to));

        static string Time(int quarters) => $"{quarters / 4:D2}:{quarters % 4 * 15:D2}";
    }

    /// <param name="hours">As <c>mon tue 09:00 18:00</c>, with commas between several.</param>
    internal static IReadOnlyList<CallingWindow> Windows(string hours) =>
        [.. hours.Split(", ").Select(window => window.Split(' ')).Select(words => new CallingWindow(words[..^2], words[^2], words[^1]))];

    private static Instant At(string time) => Instant.FromDateTimeOffset(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture));
}
