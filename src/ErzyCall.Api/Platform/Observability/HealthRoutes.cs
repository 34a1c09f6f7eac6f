using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ErzyCall.Api.Platform.Observability;

internal static class HealthRoutes
{
    /// <summary>A dependency that has not answered in this time is taken for away: a probe must not hang.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(3);

    public static void AddHealth(this IServiceCollection services) =>
        services.AddHealthChecks()
            .AddCheck<PostgresReadiness>("postgres", timeout: s_timeout)
            .AddCheck<RedisReadiness>("redis", timeout: s_timeout);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new
        {
            Status = Name(report.Status),
            Dependencies = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status is HealthStatus.Healthy ? "up" : "down"),
        });

    private static string Name(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "ok",
        HealthStatus.Degraded => "degraded",
        _ => "unavailable",
    };
}
