using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.Workers;
using OpenTelemetry.Metrics;

namespace ErzyCall.Api.Platform.Observability;

internal static class MetricsSetup
{
    public const string Path = "/metrics";

    private const string Setting = "Metrics:Enabled";

    /// <summary>
    /// The meters that are exported: ours, requests, connections, the database's pool and commands, the runtime. That of <c>HttpClient</c>
    /// is not: it tags with the hosts that webhooks go to, which integrators choose.
    /// </summary>
    public static string[] Meters { get; } =
    [
        ServerMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime",
    ];

    /// <summary>
    /// Adds the metrics. The server always counts, which costs next to nothing without a listener; only where metrics are enabled is there
    /// one, and is the database asked.
    /// </summary>
    public static void AddServerMetrics(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ServerMetrics>();
        if (IsEnabled(configuration) || TelemetryExport.ExportsMetrics(configuration))
        {
            services.AddJob<MeasureJob>();
        }

        if (IsEnabled(configuration))
        {
            services.AddOpenTelemetry()
                .ConfigureResource(TelemetryExport.Describe)
                .WithMetrics(static metrics => metrics.AddMeter(Meters).AddPrometheusExporter());
        }
    }

    /// <summary>
    /// Serves the metrics, where they are enabled, to whoever can reach the server: the route needs no key and counts in no limit, nor in
    /// the metrics themselves.
    /// </summary>
    public static void MapMetrics(this WebApplication app)
    {
        if (IsEnabled(app.Configuration))
        {
            app.MapPrometheusScrapingEndpoint(Path).DisableHttpMetrics();
        }
    }

    public static bool IsEnabled(IConfiguration configuration) => configuration.GetValue<bool>(Setting);
}
