using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Ends every call that was not dialled by its deadline. One that is being dialled or talked on is ended by
/// <see cref="ReconcileCallsJob"/>, which asks its carrier first.
/// </summary>
internal sealed class CallDeadlineJob(ErzyCallDbContext db, ParkedRows<CallDeadlineJob> parked, TimeProvider clock) : IJob
{
    private const int BatchSize = 50;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var late = await db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT id FROM calls
                 WHERE status IN ('new', 'scheduled') AND deadline_at <= {now} AND id <> ALL ({parked.Ids})
                 ORDER BY deadline_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED
                 """)
            .ToListAsync(cancellationToken);
        await parked.EachAsync(db, late, ids => EndAsync(ids, now, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return late.Count == BatchSize;
    }

    private async Task<List<Call>> EndAsync(IReadOnlyList<Guid> late, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var calls = await db.Calls.FromSql($"SELECT * FROM calls WHERE id = ANY ({late})").ToListAsync(cancellationToken);

        // One organization after the other, in the order of their ids, which whoever makes room in several keeps to.
        foreach (var ofOne in calls.GroupBy(call => call.OrganizationId).OrderBy(group => group.Key.Value))
        {
            foreach (var call in ofOne)
            {
                call.Fail(EndedReason.NotDispatchedInTime, now);
                db.AddEventOf(call, now);
            }

            await db.SaveTogetherAsync(cancellationToken);
        }

        return calls;
    }
}
