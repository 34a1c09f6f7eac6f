using ErzyCall.Api.Features.WebhookEndpoints.Delivery;

namespace ErzyCall.UnitTests.Features.WebhookEndpoints;

public sealed class RetryScheduleTests
{
    [Theory]
    [InlineData(1, "00:00:05")]
    [InlineData(2, "00:05:00")]
    [InlineData(3, "00:30:00")]
    [InlineData(4, "02:00:00")]
    [InlineData(5, "05:00:00")]
    [InlineData(6, "10:00:00")]
    [InlineData(7, "14:00:00")]
    [InlineData(8, "20:00:00")]
    [InlineData(9, "1.00:00:00")]
    public void Each_delay_is_the_tables_within_a_fifth(int attempts, string delay)
    {
        var expected = TimeSpan.Parse(delay, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(expected * 0.8, RetrySchedule.DelayAfter(attempts, retryAfter: null, new Drawn(0)));
        Assert.Equal(expected, RetrySchedule.DelayAfter(attempts, retryAfter: null, new Drawn(0.5)));
        Assert.Equal(expected * 1.2, RetrySchedule.DelayAfter(attempts, retryAfter: null, new Drawn(1)));
    }

    [Fact]
    public void The_attempts_span_about_75_hours()
    {
        var delays = Enumerable.Range(1, RetrySchedule.MaxAttempts - 1).Select(attempts => RetrySchedule.DelayAfter(attempts, retryAfter: null, new Drawn(0.5))!.Value);
        Assert.Equal(new TimeSpan(75, 35, 5), delays.Aggregate((sum, delay) => sum + delay));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    public void After_the_tenth_attempt_there_is_none_whatever_the_receiver_asks_for(int attempts)
    {
        Assert.Null(RetrySchedule.DelayAfter(attempts, retryAfter: null, new Drawn(0.5)));
        Assert.Null(RetrySchedule.DelayAfter(attempts, TimeSpan.FromMinutes(1), new Drawn(0.5)));
    }

    [Theory]
    [InlineData(1, "00:01:00", "00:01:00")] // later than the schedule
    [InlineData(3, "00:01:00", "00:30:00")] // earlier
    [InlineData(1, "00:00:00", "00:00:05")]
    [InlineData(1, "1.00:00:00", "1.00:00:00")]
    [InlineData(1, "1.00:00:01", "1.00:00:00")] // more than is honoured
    [InlineData(9, "365.00:00:00", "1.00:00:00")]
    public void What_the_receiver_asks_for_makes_the_delay_longer_and_never_shorter(int attempts, string retryAfter, string delay) =>
        Assert.Equal(
            TimeSpan.Parse(delay, System.Globalization.CultureInfo.InvariantCulture),
            RetrySchedule.DelayAfter(attempts, TimeSpan.Parse(retryAfter, System.Globalization.CultureInfo.InvariantCulture), new Drawn(0.5)));

    [Fact]
    public void Deliveries_that_failed_together_do_not_come_back_together()
    {
        var random = new Random(1);
        var delays = Enumerable.Range(0, 1_000).Select(_ => RetrySchedule.DelayAfter(2, retryAfter: null, random)!.Value.TotalSeconds).ToList();
        Assert.All(delays, delay => Assert.InRange(delay, 240, 360));
        Assert.InRange(delays.Min(), 240, 245);
        Assert.InRange(delays.Max(), 355, 360);
        Assert.InRange(delays.Average(), 295, 305);
    }

    private sealed class Drawn(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
