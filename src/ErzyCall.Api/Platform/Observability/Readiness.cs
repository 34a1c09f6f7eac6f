using ErzyCall.Api.Platform.Redis;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ErzyCall.Api.Platform.Observability;

/// <summary>Reports ready when PostgreSQL answers and takes changes: without it nothing can be promised.</summary>
internal sealed class PostgresReadiness(DatabaseState database) : IHealthCheck
{
    // The driver does not heed the token while it connects.
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await database.ProbeAsync(cancellationToken).WaitAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy();
}

/// <summary>Reports degraded, not down, when Redis is away: the server goes on without it, slower.</summary>
internal sealed class RedisReadiness(RedisStore redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await redis.ProbeAsync() ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded();
}
