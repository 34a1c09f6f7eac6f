using ErzyCall.Api.Features.Audit;
using ErzyCall.Api.Features.Calls.Dispatch.Vapi;
using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Commands;

/// <summary>
/// The services that commands have: the database, its audit, the carriers whose accounts are set up, and the settings of the simulator,
/// which <c>whatsapp connect</c> asks. Requests, jobs, Redis and metrics are left out, since whoever waits at a console would wait for them
/// to be made.
/// </summary>
internal static class CommandServices
{
    public static void AddCommands(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddDatabase();
        services.AddAudit();
        services.AddSingleton(new PublicAddress(configuration));
        services.AddVapiAccounts(configuration);
        services.AddOptions<SimulatorOptions>().BindConfiguration(SimulatorOptions.Section);
    }
}
