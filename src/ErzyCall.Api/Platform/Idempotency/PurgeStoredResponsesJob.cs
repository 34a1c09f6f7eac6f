using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>Deletes stored responses that have expired. It may be late: an expired record counts as none.</summary>
internal sealed class PurgeStoredResponsesJob(ErzyCallDbContext db, TimeProvider clock) : IJob
{
    /// <summary>The most rows that a step deletes, so that no step holds its locks for long.</summary>
    private const int BatchSize = 5_000;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromMinutes(10);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var deleted = await db.IdempotencyRecords
            .Where(record => db.Set<IdempotencyRecord>()
                .Where(expired => expired.ExpiresAt <= now)
                .OrderBy(expired => expired.ExpiresAt)
                .Take(BatchSize)
                .Any(expired => expired.OrganizationId == record.OrganizationId && expired.RequestHash == record.RequestHash))
            .ExecuteDeleteAsync(cancellationToken);
        return deleted == BatchSize;
    }
}
