namespace ErzyCall.Api.Features.Simulation;

internal static class SimulatorSetup
{
    public static void AddSimulator(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<SimulatorOptions>()
            .Configure(options => options.Speed = environment.IsDevelopment() ? SimulatorOptions.DevelopmentSpeed : options.Speed)
            .Bind(configuration.GetSection(SimulatorOptions.Section))
            .Validate(options => options.Speed >= 0, "Simulator:Speed must not be negative.")
            .Validate(
                options => options.JournalPath is null || Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(options.JournalPath))),
                "Simulator:JournalPath names a file in a folder that does not exist.")
            .ValidateOnStart();
        services.AddHostedService<LiveSimulationWarning>();
    }
}
