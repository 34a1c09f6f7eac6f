using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.Workers;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace ErzyCall.Api.Platform.Observability;

internal static class MetricsSetup
{
    public const string Path = "/metrics";

    private const string Setting = "Metrics:Enabled";

    /// <summary>
    /// Ours, requests, connections, the database's pool and commands, the runtime. Not that of <c>HttpClient</c>: it tags with the hosts
    /// that webhooks go to, which customers choose.
    /// </summary>
    private static readonly string[] s_meters =
    [
        ServerMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime",
    ];

    /// <summary>
    /// What is counted is counted always; without a listener that is next to nothing. Listening, and asking the database, is for whoever
    /// wants it.
    /// </summary>
    public static void AddServerMetrics(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ServerMetrics>();
        if (IsEnabled(configuration))
        {
            services.AddJob<MeasureJob>();
            services.AddOpenTelemetry()
                .ConfigureResource(static resource => resource.AddService("erzycall"))
                .WithMetrics(static metrics => metrics.AddMeter(s_meters).AddPrometheusExporter());
        }
    }

    /// <summary>For whoever can reach the server: it needs no key and counts in no limit, nor in the metrics themselves.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        if (IsEnabled(app.Configuration))
        {
            app.MapPrometheusScrapingEndpoint(Path).DisableHttpMetrics();
        }
    }

    public static bool IsEnabled(IConfiguration configuration) => configuration.GetValue<bool>(Setting);
}
