namespace ErzyCall.Api.Platform.Shutdown;

/// <summary>The section <c>Shutdown</c>.</summary>
internal sealed record ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>
    /// How long a server that was told to stop goes on to take requests, while its readiness says that it will not: a load balancer has to
    /// notice first. None in Development, where there is none.
    /// </summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long what is under way has to finish after that: a request or a step of a job waits for a connection, a statement or a carrier
    /// at its slowest. What takes longer is cut off as by a kill, and like after one nothing is lost or done twice.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
