namespace ErzyCall.Api.Platform.Workers;

/// <summary>The section <c>Workers</c>.</summary>
internal sealed record WorkerOptions
{
    public const string Section = "Workers";

    /// <summary>Whether this copy of the server runs jobs; one that does not only serves requests.</summary>
    public bool Enabled { get; init; } = true;
}
