using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ErzyCall.Api.Platform.Observability;

internal static class HealthRoutes
{
    /// <summary>The time after which a dependency that has not answered counts as down: a probe must not hang.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(3);

    public static void AddHealth(this IServiceCollection services) =>
        services.AddHealthChecks()
            .AddCheck<PostgresReadiness>("postgres", timeout: s_timeout)
            .AddCheck<RedisReadiness>("redis", timeout: s_timeout);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions
        {
            Predicate = _ => false,
            ResponseWriter = (context, report) => WriteAsync(context, Name(report.Status), report),
        });
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteReadinessAsync });
    }

    private static Task WriteReadinessAsync(HttpContext context, HealthReport report)
    {
        if (!context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            return WriteAsync(context, Name(report.Status), report);
        }

        // Requests that come are still served, but they had better go to another copy from now on.
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return WriteAsync(context, "stopping", report);
    }

    private static Task WriteAsync(HttpContext context, string status, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new
        {
            Status = status,
            Dependencies = report.Entries.ToDictionary(
                entry => entry.Key, entry => entry.Value.Status is HealthStatus.Healthy ? "up" : "down"),
        });

    private static string Name(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "ok",
        HealthStatus.Degraded => "degraded",
        _ => "unavailable",
    };
}
