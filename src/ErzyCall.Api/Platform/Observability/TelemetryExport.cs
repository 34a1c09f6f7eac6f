using System.Diagnostics;
using ErzyCall.Api.Platform.Tracing;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog;

namespace ErzyCall.Api.Platform.Observability;

/// <summary>
/// Sends traces, metrics and logs to a collector by OTLP, where OpenTelemetry's own environment variables name one: an address for all
/// three (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>) or for one of them (<c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c>, …). The libraries read the
/// others (protocol, headers, sampling, resource attributes) by themselves.
/// </summary>
internal static class TelemetryExport
{
    private const string ServiceName = "erzycall";

    /// <summary>The name of this copy, by which its traces, metrics and logs are known to belong together.</summary>
    private static readonly string s_instance = Guid.CreateVersion7().ToString();

    public static void AddTelemetryExport(this IServiceCollection services, IConfiguration configuration)
    {
        if (IsOn(configuration, "TRACES"))
        {
            services.AddOpenTelemetry().ConfigureResource(Describe).WithTracing(static tracing => tracing
                .AddSource(Spans.Source, "Npgsql")
                .AddAspNetCoreInstrumentation(static requests =>
                {
                    requests.Filter = static context =>
                        !context.Request.Path.StartsWithSegments("/health") && context.Request.Path != MetricsSetup.Path;
                    requests.EnrichWithHttpRequest = static (span, request) => HideNumbers(span, request.Path);
                    requests.EnrichWithHttpResponse = static (span, response) => TellCaller(span, response.HttpContext);
                })
                .AddOtlpExporter());
        }

        if (IsOn(configuration, "METRICS"))
        {
            services.AddOpenTelemetry().ConfigureResource(Describe)
                .WithMetrics(static metrics => metrics.AddMeter(MetricsSetup.Meters).AddOtlpExporter());
        }
    }

    /// <summary>Sends each line of the log, too, with the trace and span that it belongs to.</summary>
    public static void ExportTo(this LoggerConfiguration logging, IConfiguration configuration)
    {
        if (IsOn(configuration, "LOGS"))
        {
            logging.WriteTo.OpenTelemetry(
                static sink => sink.ResourceAttributes =
                    new Dictionary<string, object> { ["service.name"] = ServiceName, ["service.instance.id"] = s_instance },
                name => configuration[name]);
        }
    }

    public static bool ExportsMetrics(IConfiguration configuration) => IsOn(configuration, "METRICS");

    /// <summary>
    /// Describes this copy of the server, in the same words for all three. The environment's own attributes are added last, and so prevail.
    /// </summary>
    public static void Describe(ResourceBuilder resource) =>
        resource.AddService(ServiceName, serviceInstanceId: s_instance).AddEnvironmentVariableDetector();

    private static bool IsOn(IConfiguration configuration, string signal) =>
        !configuration.GetValue<bool>("OTEL_SDK_DISABLED")
        && configuration[$"OTEL_{signal}_EXPORTER"] is null or "otlp"
        && (Names(configuration, "OTEL_EXPORTER_OTLP_ENDPOINT") || Names(configuration, $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"));

    /// <summary>Whether a setting names an address. OpenTelemetry takes an empty variable for one that is not set.</summary>
    private static bool Names(IConfiguration configuration, string setting) => configuration[setting] is { Length: > 0 };

    /// <summary>Phone numbers stand in some paths and queries; a trace is read by more people than the database.</summary>
    private static void HideNumbers(Activity span, PathString path) =>
        span.SetTag("url.path", Logging.WithoutNumbers(path)).SetTag("url.query", null);

    private static void TellCaller(Activity span, HttpContext context)
    {
        if (Caller.Find(context) is { } caller)
        {
            span.SetTag("erzycall.organization.id", caller.OrganizationId.ToString()).SetTag("erzycall.key.id", caller.KeyId.ToString());
        }
    }
}
