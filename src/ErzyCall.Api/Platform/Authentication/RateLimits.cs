namespace ErzyCall.Api.Platform.Authentication;

/// <summary>What a key, or all keys of an organization together, may send: two sliding windows, judged independently.</summary>
internal sealed record RateLimits(int PerMinute, int PerHour)
{
    /// <summary>Of a key: 60 a minute and 1,000 an hour.</summary>
    public static RateLimits Default { get; } = new(60, 1_000);

    /// <summary>Of an organization: 600 a minute and 10,000 an hour, as far as none of its active keys allows more.</summary>
    public static RateLimits OrganizationDefault { get; } = new(600, 10_000);
}
