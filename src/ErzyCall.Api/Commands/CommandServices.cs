using ErzyCall.Api.Features.Audit;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Features.WhatsApp;
using ErzyCall.Api.Features.WhatsApp.Accounts;

namespace ErzyCall.Api.Commands;

/// <summary>
/// All that commands have of the server: its database, the audit of it, and what <c>whatsapp connect</c> asks. Whoever waits at a console
/// waits for what is here to be made: no requests, no jobs, no Redis and no metrics.
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
