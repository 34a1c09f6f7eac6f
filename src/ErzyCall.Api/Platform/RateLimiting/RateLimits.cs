namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>What a key may send: two sliding windows, judged independently.</summary>
internal sealed record RateLimits(int PerMinute, int PerHour)
{
    /// <summary>60 a minute and 1,000 an hour.</summary>
    public static RateLimits Default { get; } = new(60, 1_000);
}
