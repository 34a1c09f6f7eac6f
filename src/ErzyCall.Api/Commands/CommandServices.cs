using ErzyCall.Api.Features.Audit;
using ErzyCall.Api.Features.Simulation;

namespace ErzyCall.Api.Commands;

/// <summary>
/// The services that commands have: the database, its audit, and the settings of the simulator, which <c>whatsapp connect</c> asks.
/// Requests, jobs, Redis and metrics are left out, since whoever waits at a console would wait for them to be made.
/// </summary>
internal static class CommandServices
{
    public static void AddCommands(this IServiceCollection services)
    {
        services.AddDatabase();
        services.AddAudit();
        services.AddOptions<SimulatorOptions>().BindConfiguration(SimulatorOptions.Section);
    }
}
