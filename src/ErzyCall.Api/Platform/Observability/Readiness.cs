using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Redis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ErzyCall.Api.Platform.Observability;

/// <summary>Ready when PostgreSQL answers: without it nothing can be promised.</summary>
internal sealed class PostgresReadiness(ErzyCallDbContext db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await db.Database.CanConnectAsync(cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
}

/// <summary>Without Redis the server goes on, slower: degraded, not down.</summary>
internal sealed class RedisReadiness(RedisStore redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await redis.PingAsync() ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded();
}
