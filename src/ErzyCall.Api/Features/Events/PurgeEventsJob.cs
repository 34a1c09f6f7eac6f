using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Events;

/// <summary>Purges events that have been kept long enough, and with them their deliveries and attempts.</summary>
internal sealed class PurgeEventsJob(ErzyCallDbContext db, ParkedRows<PurgeEventsJob> parked, TimeProvider clock) : IJob
{
    /// <summary>How long an event can be read in the feed and sent again.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>The most events that a step purges, so that no step holds its locks for long.</summary>
    private const int BatchSize = 5_000;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromMinutes(10);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var before = clock.Now() - KeptFor;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var old = await db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT id FROM events WHERE created_at < {before} AND (sequence IS NOT NULL OR is_private) AND id <> ALL ({parked.Ids})
                 ORDER BY created_at LIMIT {BatchSize}
                 """)
            .ToListAsync(cancellationToken);
        await parked.EachAsync(db, old, async ids =>
        {
            await db.Database.ExecuteSqlAsync($"DELETE FROM events WHERE id = ANY ({ids})", cancellationToken);
            return ids.ToList();
        });
        await transaction.CommitAsync(cancellationToken);
        return old.Count == BatchSize;
    }
}
