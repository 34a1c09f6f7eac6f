using System.Globalization;
using NodaTime;

namespace ErzyCall.Api.Features.Calls.Policy;

/// <summary>Hours of some days of the week in which phones may ring. They are within one day; the end itself is not one of them.</summary>
/// <param name="Days">The days of the week on which these are the hours, each once.</param>
/// <param name="From">The time of day from which on phones may ring, as <c>HH:mm</c>.</param>
/// <param name="To">
/// The time of day from which on they may not any more, as <c>HH:mm</c>, later than <c>from</c>; <c>24:00</c> is the end of the day.
/// </param>
[Example("""{"days":["mon","tue","wed","thu","fri"],"from":"09:00","to":"18:00"}""")]
internal sealed record CallingWindow([property: OneOf(typeof(CallingDay))] IReadOnlyList<string> Days, string From, string To);

/// <summary>The days of the week as they are written.</summary>
internal static class CallingDay
{
    public static IReadOnlyList<string> All { get; } = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    public static IsoDayOfWeek Of(string day) => IsoDayOfWeek.Monday + All.Index().Single(known => known.Item == day).Index;
}

/// <summary>
/// The hours in which phones may ring, by the clocks where they ring. They know no present moment and no number: only hours, zones and
/// instants.
/// </summary>
internal sealed class CallingHours(IReadOnlyList<CallingWindow> windows)
{
    /// <summary>The longest time for which several clocks are waited for until all of them are within the hours at once.</summary>
    private static readonly Duration s_patience = Duration.FromDays(14);

    private readonly IReadOnlyList<Opening> _openings = [.. windows.Select(window => new Opening(
        window.Days.Select(CallingDay.Of).ToHashSet(), TimeOf(window.From), TimeOf(window.To)))];

    /// <summary>The first moment, not before <paramref name="from"/>, at which the clocks of all zones are within the hours.</summary>
    /// <param name="zones">
    /// The zones that the phone may be in. When there are none, or they have no such moment in common, <paramref name="otherwise"/>
    /// decides.
    /// </param>
    public Instant NextOpen(Instant from, IReadOnlyList<DateTimeZone> zones, DateTimeZone otherwise)
    {
        var at = from;
        while (zones.Count > 0 && at < from + s_patience)
        {
            // No moment before the latest of the zones' next openings is within the hours of all of them.
            var next = zones.Max(zone => NextOpen(at, zone));
            if (next == at)
            {
                return at;
            }

            at = next;
        }

        return NextOpen(from, otherwise);
    }

    private Instant NextOpen(Instant from, DateTimeZone zone)
    {
        var at = from;
        while (true)
        {
            // Between two changes a zone's clock goes straight on. An opening that is not reached before the next change is looked for by
            // the clock as it is then: so nothing is open in a gap, which no clock ever shows, and an hour that is shown twice is judged
            // twice.
            var steady = zone.GetZoneInterval(at);
            var open = NextOpen(at.WithOffset(steady.WallOffset).LocalDateTime).WithOffset(steady.WallOffset).ToInstant();
            if (!steady.HasEnd || open < steady.End)
            {
                return open;
            }

            at = steady.End;
        }
    }

    /// <summary>
    /// The next opening as if the clock never changed. It comes within a week: there is at least one day with at least one minute.
    /// </summary>
    private LocalDateTime NextOpen(LocalDateTime from)
    {
        for (var (date, time) = (from.Date, from.TimeOfDay.TickOfDay); ; (date, time) = (date.PlusDays(1), 0))
        {
            var opens = long.MaxValue;
            foreach (var opening in _openings)
            {
                if (opening.To > time && opening.Days.Contains(date.DayOfWeek))
                {
                    opens = Math.Min(opens, Math.Max(opening.From, time));
                }
            }

            if (opens != long.MaxValue)
            {
                return date.AtMidnight().PlusTicks(opens);
            }
        }
    }

    /// <summary>A time of day in ticks from midnight. No <see cref="LocalTime"/> is as late as <c>24:00</c>.</summary>
    private static long TimeOf(string time) =>
        (int.Parse(time.AsSpan(0, 2), CultureInfo.InvariantCulture) * NodaConstants.TicksPerHour)
        + (int.Parse(time.AsSpan(3, 2), CultureInfo.InvariantCulture) * NodaConstants.TicksPerMinute);

    private sealed record Opening(IReadOnlySet<IsoDayOfWeek> Days, long From, long To);
}
