namespace ErzyCall.Api.Platform.Shutdown;

/// <summary>The section <c>Shutdown</c>.</summary>
internal sealed record ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>
    /// The time for which a server that was told to stop still takes requests while its readiness says that it is stopping: a load balancer
    /// has to notice first. None in Development, where there is none.
    /// </summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time that what is in flight has to finish after that: a request or a step of a job waits for a connection, a statement or a
    /// carrier at its slowest. What takes longer is cut off as by a kill, and as after a kill nothing is lost or done twice.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
