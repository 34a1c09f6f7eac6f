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
        var deleted = await db.Database.ExecuteSqlAsync(
            $"""
             DELETE FROM idempotency_records
             WHERE ctid = ANY (ARRAY (
               SELECT ctid FROM idempotency_records WHERE expires_at <= {now} ORDER BY expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED))
             """,
            cancellationToken);
        return deleted == BatchSize;
    }
}
