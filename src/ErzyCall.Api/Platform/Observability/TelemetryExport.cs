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
                static sink => sink.ResourceAttributes = new Dictionary<string, object> { ["service.name"] = ServiceName },
                name => configuration[name]);
        }
    }

    public static bool ExportsMetrics(IConfiguration configuration) => IsOn(configuration, "METRICS");

    /// <summary>What is set in the environment is said last, and holds.</summary>
    public static void Describe(ResourceBuilder resource) => resource.AddService(ServiceName).AddEnvironmentVariableDetector();

    private static bool IsOn(IConfiguration configuration, string signal) =>
        !configuration.GetValue<bool>("OTEL_SDK_DISABLED")
        && configuration[$"OTEL_{signal}_EXPORTER"] is null or "otlp"
        && (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"]) is { Length: > 0 };

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
