using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Usage;

/// <summary>
/// Adds the changes of usage to the sums of their hours and days, so that there are never many to be summed by whoever reads. Late is
/// harmless: sums and changes together are the same.
/// </summary>
internal sealed class AddUpUsageJob(ErzyCallDbContext db) : IJob
{
    /// <summary>The most changes that a step adds up, so that none holds the locks of sums for long.</summary>
    private const int BatchSize = 10_000;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(2);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        // What another copy of the server has added up meanwhile is not deleted here, so it is not counted here either. Two copies write
        // the sums that they share in one order, so they never wait in a circle. Nothing updates a change: its place in the table names it.
        // Changes of an organization that has been deleted go with nothing.
        var addedUp = await db.Database
            .SqlQuery<int>(
                $"""
                 WITH added_up AS (
                   DELETE FROM usage_changes WHERE ctid = ANY (ARRAY(SELECT ctid FROM usage_changes LIMIT {BatchSize})) RETURNING *),
                 summed AS (
                   INSERT INTO usage_sums AS sum
                     (organization_id, is_day, starts_at, is_kept, status, ended_reason, amount, answered, seconds)
                   SELECT organization_id, is_day, CASE WHEN is_day THEN date_trunc('day', hour, 'UTC') ELSE hour END AS starts_at,
                     is_kept, status, ended_reason, sum(amount), sum(answered), sum(seconds)
                   FROM added_up CROSS JOIN (VALUES (false), (true)) AS span (is_day)
                   WHERE organization_id IN (SELECT id FROM organizations)
                   GROUP BY organization_id, is_day, starts_at, is_kept, status, ended_reason
                   ORDER BY organization_id, is_day, starts_at, is_kept, status, ended_reason
                   ON CONFLICT (organization_id, is_day, starts_at, is_kept, status, ended_reason) DO UPDATE
                   SET amount = sum.amount + excluded.amount, answered = sum.answered + excluded.answered,
                     seconds = sum.seconds + excluded.seconds)
                 SELECT count(*)::int AS "Value" FROM added_up
                 """)
            .ToListAsync(cancellationToken);
        return addedUp is [BatchSize];
    }
}
