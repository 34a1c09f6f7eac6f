using System.Globalization;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.UnitTests.Platform.Time;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData("2026-01-15T10:30Z", "2026-01-15T10:30:00.0000000")]
    [InlineData("2026-01-15T10:30:05Z", "2026-01-15T10:30:05.0000000")]
    [InlineData("2026-01-15T10:30:05.1Z", "2026-01-15T10:30:05.1000000")]
    [InlineData("2026-01-15T10:30:05.123Z", "2026-01-15T10:30:05.1230000")]
    [InlineData("2026-01-15T10:30:05.1234567Z", "2026-01-15T10:30:05.1234567")]
    [InlineData("2026-01-15T10:30:05.123456789Z", "2026-01-15T10:30:05.1234567")]
    [InlineData("2026-01-15T10:30:00+02:00", "2026-01-15T08:30:00.0000000")]
    [InlineData("2026-01-15T10:30-11:30", "2026-01-15T22:00:00.0000000")]
    [InlineData("2026-01-01T00:30:00+14:00", "2025-12-31T10:30:00.0000000")]
    [InlineData("2028-02-29T00:00:00Z", "2028-02-29T00:00:00.0000000")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999")]
    public void A_time_with_an_offset_is_that_moment(string text, string utc)
    {
        Assert.True(TimeText.TryParse(text, out var time));
        Assert.Equal(utc, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture));
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-15")]
    [InlineData("2026-01-15T10:30:00")]
    [InlineData("2026-01-15 10:30:00Z")]
    [InlineData("2026-01-15t10:30:00z")]
    [InlineData("2026-01-15T10Z")]
    [InlineData("2026-01-15T10:30:00.Z")]
    [InlineData("2026-01-15T10:30:00,5Z")]
    [InlineData("2026-01-15T10:30:00+0200")]
    [InlineData("2026-01-15T10:30:00+02")]
    [InlineData("2026-01-15T10:30:00+15:00")]
    [InlineData("2026-01-15T10:30:00+99:99")]
    [InlineData("2026-01-15T10:30:00Z\n")]
    [InlineData(" 2026-01-15T10:30:00Z")]
    [InlineData("2026-02-29T10:30:00Z")]
    [InlineData("2026-13-01T10:30:00Z")]
    [InlineData("2026-01-15T25:00:00Z")]
    [InlineData("2026-01-15T10:60:00Z")]
    [InlineData("2026-01-15T10:30:60Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("٢٠٢٦-01-15T10:30:00Z")]
    [InlineData("1768473000")]
    [InlineData("now")]
    public void Any_other_text_is_no_time(string text) => Assert.False(TimeText.TryParse(text, out _));
}
