namespace ErzyCall.Api.Platform.Workers;

internal static class WorkerSetup
{
    public static void AddWorkers(this IServiceCollection services, IConfiguration configuration) =>
        services
            .AddOptions<WorkerOptions>().Bind(configuration.GetSection(WorkerOptions.Section)).ValidateOnStart().Services
            .AddSingleton<WorkSignal>()
            .AddSingleton(typeof(ParkedRows<>))
            .AddSingleton(typeof(InFlight<>))
            .AddHostedService<WorkListener>()
            .AddSingleton<WorkAnnouncer>()
            .AddSingleton<IHearsCommits>(provider => provider.GetRequiredService<WorkAnnouncer>())
            .AddHostedService(provider => provider.GetRequiredService<WorkAnnouncer>());

    public static IServiceCollection AddJob<TJob>(this IServiceCollection services)
        where TJob : class, IJob =>
        services.AddScoped<TJob>().AddHostedService<JobLoop<TJob>>();
}
