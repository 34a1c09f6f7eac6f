using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Events;

/// <summary>Deletes events that have been kept long enough, and with them their deliveries and attempts.</summary>
internal sealed class ForgetEventsJob(ErzyCallDbContext db, TimeProvider clock) : IJob
{
    /// <summary>How long an event can be read in the feed and sent again.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Events a step, so that no step holds its locks for long.</summary>
    private const int BatchSize = 5_000;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromMinutes(10);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var before = clock.Now() - KeptFor;
        return await db.Database.ExecuteSqlAsync(
            $"""
             DELETE FROM events WHERE id IN (
               SELECT id FROM events WHERE created_at < {before} AND (sequence IS NOT NULL OR is_private) ORDER BY created_at LIMIT {BatchSize})
             """,
            cancellationToken) == BatchSize;
    }
}
