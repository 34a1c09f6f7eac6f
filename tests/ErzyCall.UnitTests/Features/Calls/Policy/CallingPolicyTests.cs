using System.Globalization;
using ErzyCall.Api.Features.Calls.Policy;

namespace ErzyCall.UnitTests.Features.Calls.Policy;

/// <summary>What a policy answers, from facts alone. The first of June 2026 is a Monday.</summary>
public sealed class CallingPolicyTests
{
    private const string LosAngeles = "+14155550100";
    private const string TollFree = "+18002345678";
    private const string OfNoCountry = "+99912345678";

    [Theory]
    [InlineData("recipient", LosAngeles, "2026-06-01T16:00:00Z")]
    [InlineData("recipient", "+442071234567", "2026-06-01T08:00:00Z")]
    [InlineData("recipient", "+919876543210", "2026-06-01T03:30:00Z")]
    [InlineData("Europe/Berlin", LosAngeles, "2026-06-01T07:00:00Z")]
    [InlineData("Pacific/Kiritimati", LosAngeles, "2026-06-01T02:00:00Z")]

    // All over the country: from Guam to Puerto Rico no hour of a working day is common. In Australia some are, by the clocks of all who
    // may have a mobile.
    [InlineData("recipient", TollFree, "2026-06-01T12:00:00Z")]
    [InlineData("recipient", "+61491570006", "2026-06-01T02:30:00Z")]
    [InlineData("recipient", OfNoCountry, "2026-06-01T12:00:00Z")]
    public void Hours_are_by_the_clock_of_the_number_else_by_the_fallback(string timeZone, string to, string dialAt)
    {
        // 09:00 in Brazil's capital is 12:00 in UTC.
        var policy = Policy("mon tue wed thu fri sat sun 09:00 17:00", timeZone: timeZone, fallback: "America/Sao_Paulo");
        Assert.Equal(At(dialAt), policy.NextOpen(to, At("2026-06-01T02:00:00Z")));
    }

    [Theory]
    [InlineData("wait", "2026-06-01T17:00:00Z", "allowed")]
    [InlineData("wait", "2026-06-01T15:59:59Z", "not before 2026-06-01T16:00:00Z")]
    [InlineData("refuse", "2026-06-01T17:00:00Z", "allowed")]
    [InlineData("refuse", "2026-06-01T15:59:59Z", "refused OUTSIDE_CALLING_HOURS")]
    public void A_call_outside_of_the_hours_waits_or_is_refused(string outside, string at, string verdict) =>
        Assert.Equal(verdict, Shown(Policy("mon tue 09:00 17:00", outside: outside).Judge(LosAngeles, [], At(at))));

    [Theory]

    // Two within a day.
    [InlineData("wait", "", "allowed")]
    [InlineData("wait", "09:00", "allowed")]
    [InlineData("wait", "09:00 08:00", "not before 2026-06-02T08:00:00Z")]
    [InlineData("wait", "09:00 08:00 07:00", "not before 2026-06-02T08:00:00Z")]
    [InlineData("refuse", "09:00", "allowed")]
    [InlineData("refuse", "09:00 08:00", "refused CALL_CAP_REACHED")]
    public void A_call_beyond_the_cap_waits_until_the_oldest_dial_that_counts_leaves_the_window(
        string outside, string dials, string verdict)
    {
        var policy = Policy(hours: null, outside: outside, cap: new MaxPerNumber(2, 24));
        var dialled = dials.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(time => At($"2026-06-01T{time}:00Z")).ToList();
        Assert.Equal(verdict, Shown(policy.Judge(LosAngeles, dialled, At("2026-06-01T10:00:00Z"))));
    }

    [Fact]
    public void A_dial_has_left_the_window_when_it_is_as_long_ago_as_that_is_long()
    {
        var policy = Policy(hours: null, cap: new MaxPerNumber(1, 24));
        DateTimeOffset[] dials = [At("2026-06-01T10:00:00Z")];
        Assert.Equal("not before 2026-06-02T10:00:00Z", Shown(policy.Judge(LosAngeles, dials, At("2026-06-02T09:59:59.999Z"))));
        Assert.Equal("allowed", Shown(policy.Judge(LosAngeles, dials, At("2026-06-02T10:00:00Z"))));
    }

    [Fact]
    public void A_call_waits_for_both_and_is_refused_for_both()
    {
        // The dial leaves the window in the evening, when phones must not ring any more.
        DateTimeOffset[] dials = [At("2026-06-01T19:00:00Z")];
        Assert.Equal("not before 2026-06-03T09:00:00Z", Judged("wait"));
        Assert.Equal("refused OUTSIDE_CALLING_HOURS CALL_CAP_REACHED", Judged("refuse"));

        string Judged(string outside) => Shown(
            Policy("mon tue wed 09:00 17:00", timeZone: "UTC", outside: outside, cap: new MaxPerNumber(1, 24))
                .Judge(LosAngeles, dials, At("2026-06-01T20:00:00Z")));
    }

    [Fact]
    public void A_policy_that_is_off_allows_everything() =>
        Assert.Equal(
            "allowed", Shown(CallingPolicy.Off(default).Judge(LosAngeles, [At("2026-06-01T10:00:00Z")], At("2026-06-01T10:00:00Z"))));

    private static CallingPolicy Policy(
        string? hours, string timeZone = "recipient", string fallback = "UTC", string outside = "wait", MaxPerNumber? cap = null)
    {
        var policy = CallingPolicy.Off(default);
        policy.Change(hours is null ? null : CallingHoursTests.Windows(hours), timeZone, fallback, outside, cap, default);
        return policy;
    }

    private static string Shown(CallVerdict verdict) => verdict switch
    {
        CallVerdict.NotBefore notBefore => $"not before {notBefore.At:yyyy-MM-ddTHH:mm:ssZ}",
        CallVerdict.Refused refused => $"refused {string.Join(' ', refused.Reasons.Select(reason => reason.Error.Code))}",
        _ => "allowed",
    };

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
}
