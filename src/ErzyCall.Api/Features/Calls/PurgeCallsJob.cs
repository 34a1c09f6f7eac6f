using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// Purges calls that have been over for as long as the operator wants to keep them, with what the simulated carrier knows of them. Usage
/// goes on counting them. Their scripts stay, which other calls may share: to know that none does would take an index over all calls.
/// </summary>
internal sealed class PurgeCallsJob(
    ErzyCallDbContext db, ParkedRows<PurgeCallsJob> parked, IOptions<CallOptions> options, TimeProvider clock) : IJob
{
    /// <summary>The most calls that a step purges, so that no step holds its locks for long.</summary>
    private const int BatchSize = 1_000;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromMinutes(10);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (options.Value.KeepFor is not { } keepFor)
        {
            return false;
        }

        // Ids begin with the time at which a call was placed, and it is not over before that: the primary key finds what may be old enough.
        var before = clock.Now() - keepFor;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var old = await db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT id FROM calls WHERE id < {Id<Call>.LeastAt(before).Value} AND ended_at < {before} AND id <> ALL ({parked.Ids})
                 ORDER BY id LIMIT {BatchSize}
                 FOR UPDATE SKIP LOCKED
                 """)
            .TagWith(IndexOrder.Tag)
            .ToListAsync(cancellationToken);
        await parked.EachAsync(db, old, async ids =>
        {
            await db.Database.ExecuteSqlAsync($"DELETE FROM simulated_calls WHERE call_id = ANY ({ids})", cancellationToken);
            await db.Database.ExecuteSqlAsync($"DELETE FROM calls WHERE id = ANY ({ids})", cancellationToken);
            return ids.ToList();
        });
        await transaction.CommitAsync(cancellationToken);
        return old.Count == BatchSize;
    }
}
