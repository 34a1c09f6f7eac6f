namespace ErzyCall.Api.Platform.Authentication;

/// <summary>The limits of a key, or of all keys of an organization together: two sliding windows, judged independently.</summary>
/// <param name="PerMinute">The most requests within a minute; more are 429 <c>RATE_LIMITED</c>.</param>
/// <param name="PerHour">The most requests within an hour; more are 429 <c>RATE_LIMITED</c>.</param>
[Example("""{"perMinute":60,"perHour":1000}""")]
internal sealed record RateLimits(int PerMinute, int PerHour)
{
    /// <summary>A key's limits: 60 requests a minute and 1,000 an hour.</summary>
    public static RateLimits Default { get; } = new(60, 1_000);

    /// <summary>An organization's limits: 600 requests a minute and 10,000 an hour, unless one of its active keys allows more.</summary>
    public static RateLimits OrganizationDefault { get; } = new(600, 10_000);
}
