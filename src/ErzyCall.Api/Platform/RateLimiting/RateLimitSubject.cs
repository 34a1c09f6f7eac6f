namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>Somebody whose requests are counted: a key, an organization, a client's address.</summary>
/// <param name="Name">The unique name, also in Redis.</param>
/// <param name="MinutePolicy">The name of its minute in headers.</param>
/// <param name="HourPolicy">The name of its hour in headers.</param>
internal sealed record RateLimitSubject(string Name, RateLimits Limits, string MinutePolicy, string HourPolicy)
{
    /// <summary>
    /// A caller's key and its organization: a request is taken from the windows of both, or of none. By the text in braces a Redis Cluster
    /// chooses the node for a name: a script may touch the names of one node only.
    /// </summary>
    public static IReadOnlyList<RateLimitSubject> Of(Caller caller) =>
    [
        new($"rate:{{{caller.OrganizationId}}}:{caller.KeyId}", caller.Limits, "minute", "hour"),
        new($"rate:{{{caller.OrganizationId}}}", caller.OrganizationLimits, "org-minute", "org-hour"),
    ];

    public static RateLimitSubject Address(string address, RateLimits limits) =>
        new($"failed-authentication:{address}", limits, "minute", "hour");

    /// <summary>The subject's windows with the given usage.</summary>
    public IEnumerable<LimitedWindow> With(WindowUsage minute, WindowUsage hour) =>
        [new LimitedWindow(MinutePolicy, Limits.PerMinute, minute), new LimitedWindow(HourPolicy, Limits.PerHour, hour)];
}
