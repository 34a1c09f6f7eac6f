namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>Somebody whose requests are counted: a key, an organization, a client's address.</summary>
/// <param name="Name">Unique; also the name in Redis.</param>
/// <param name="MinutePolicy">What headers call its minute.</param>
/// <param name="HourPolicy">What headers call its hour.</param>
internal sealed record RateLimitSubject(string Name, RateLimits Limits, string MinutePolicy, string HourPolicy)
{
    /// <summary>
    /// A caller's key and its organization: a request is taken from the windows of both, or of none. The braces hold what a Redis Cluster
    /// chooses the node by: a script may touch one node's names only.
    /// </summary>
    public static IReadOnlyList<RateLimitSubject> Of(Caller caller) =>
    [
        new($"rate:{{{caller.OrganizationId}}}:{caller.KeyId}", caller.Limits, "minute", "hour"),
        new($"rate:{{{caller.OrganizationId}}}", caller.OrganizationLimits, "org-minute", "org-hour"),
    ];

    public static RateLimitSubject Address(string address, RateLimits limits) =>
        new($"failed-authentication:{address}", limits, "minute", "hour");

    /// <summary>Its windows with what was used of them.</summary>
    public IEnumerable<LimitedWindow> With(WindowUsage minute, WindowUsage hour) =>
        [new LimitedWindow(MinutePolicy, Limits.PerMinute, minute), new LimitedWindow(HourPolicy, Limits.PerHour, hour)];
}
