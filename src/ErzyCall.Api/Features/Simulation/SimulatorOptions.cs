using ErzyCall.Api.Features.Organizations;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Simulation;

/// <summary>The settings of the section <c>Simulator</c>.</summary>
internal sealed record SimulatorOptions
{
    public const string Section = "Simulator";

    /// <summary>The default speed in Development: a call takes about a second.</summary>
    public const double DevelopmentSpeed = 20;

    /// <summary>How much faster than life the simulation runs: 1 is lifelike (a call takes about 20 s), 0 means at once.</summary>
    public double Speed { get; set; } = 1;

    /// <summary>
    /// When set, every dial appends a line (<c>call id,to,time</c>) to this file before anything else happens: a witness that does not
    /// depend on the database.
    /// </summary>
    public string? JournalPath { get; init; }

    /// <summary>
    /// Whether organizations that reach real people may use the simulation as well. Off by default: an operator who takes an invented
    /// conversation for a real one acts on what nobody has said.
    /// </summary>
    public bool AllowLive { get; init; }

    /// <summary>Whether calls and messages of organizations in this mode may be simulated.</summary>
    public bool Serves(OrganizationMode mode) => mode is OrganizationMode.Test || AllowLive;

    public TimeSpan Scale(TimeSpan lifelike) => Speed == 0 ? TimeSpan.Zero : lifelike / Speed;
}

/// <summary>Warns at each start that live organizations may be simulated, so that nobody finds it out from a transcript.</summary>
internal sealed partial class LiveSimulationWarning(
    IOptions<SimulatorOptions> options, ILogger<LiveSimulationWarning> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.AllowLive)
        {
            Log.LiveIsSimulated(logger);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Simulator:AllowLive is on: calls and messages of live organizations may be invented")]
        public static partial void LiveIsSimulated(ILogger logger);
    }
}
