using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.ApiKeys.Sessions;

/// <summary>Purges sessions that are over. None of them lets anybody in any more.</summary>
internal sealed class PurgeSessionsJob(ErzyCallDbContext db, TimeProvider clock) : IJob
{
    /// <summary>The most rows that are deleted in one statement.</summary>
    private const int BatchSize = 1_000;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromMinutes(10);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"""
             DELETE FROM key_sessions WHERE token_hash IN (
               SELECT token_hash FROM key_sessions WHERE expires_at <= {clock.Now()}
               ORDER BY expires_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED)
             """,
            cancellationToken) == BatchSize;
}
