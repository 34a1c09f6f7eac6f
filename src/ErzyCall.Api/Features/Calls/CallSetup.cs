using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Calls;

internal static class CallSetup
{
    public static void AddCalls(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<CallOptions>()
            .Bind(configuration.GetSection(CallOptions.Section))
            .Validate(options => options.DispatchWithin > TimeSpan.Zero && options.MaxDuration > TimeSpan.Zero, "Calls:DispatchWithin and Calls:MaxDuration must be positive.")
            .ValidateOnStart();
        services.AddOptions<SimulatorOptions>()
            .Configure(options => options.Speed = environment.IsDevelopment() ? SimulatorOptions.DevelopmentSpeed : options.Speed)
            .Bind(configuration.GetSection(SimulatorOptions.Section))
            .Validate(options => options.Speed >= 0, "Simulator:Speed must not be negative.")
            .ValidateOnStart();
        services
            .AddScoped<Carriers>()
            .AddScoped<ICarrier, SimulatedCarrier>()
            .AddSingleton<DialJournal>()
            .AddScoped<CallHandOver>()
            .AddScoped<CarrierReports>()
            .AddJob<CallDispatchJob>()
            .AddJob<LostHandOverJob>()
            .AddJob<HangUpJob>()
            .AddJob<CallDeadlineJob>()
            .AddJob<SimulatedCarrierJob>();
    }
}
