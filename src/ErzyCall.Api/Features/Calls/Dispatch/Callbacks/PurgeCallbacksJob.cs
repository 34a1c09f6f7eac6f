using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Calls.Dispatch.Callbacks;

/// <summary>Forgets callbacks that will not come again.</summary>
internal sealed class PurgeCallbacksJob(ErzyCallDbContext db, TimeProvider clock) : IJob
{
    /// <summary>The most rows that are deleted in one statement.</summary>
    private const int BatchSize = 1_000;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromMinutes(10);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var before = clock.Now() - TakenCallback.KnownFor;
        return await db.Database.ExecuteSqlAsync(
            $"""
             DELETE FROM carrier_callbacks WHERE (call_id, hash) IN (
               SELECT call_id, hash FROM carrier_callbacks WHERE received_at < {before}
               ORDER BY received_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
             """,
            cancellationToken) == BatchSize;
    }
}
