namespace ErzyCall.Api.Features.Calls.Dispatch.Simulation;

/// <summary>The section <c>Simulator</c>.</summary>
internal sealed record SimulatorOptions
{
    public const string Section = "Simulator";

    /// <summary>The default in Development: a call takes about a second.</summary>
    public const double DevelopmentSpeed = 20;

    /// <summary>How much faster than life the simulation runs: 1 is lifelike (a call takes about 20 s), 0 means at once.</summary>
    public double Speed { get; set; } = 1;

    /// <summary>When set, every dial appends a line (<c>call id,to,time</c>) to this file before anything else happens: a witness that does not depend on the database.</summary>
    public string? JournalPath { get; init; }

    public TimeSpan Scale(TimeSpan lifelike) => Speed == 0 ? TimeSpan.Zero : lifelike / Speed;
}
