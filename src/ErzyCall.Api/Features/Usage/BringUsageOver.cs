using Npgsql;

namespace ErzyCall.Api.Features.Usage;

/// <summary>
/// Counts what triggers have not counted: calls and messages that were there before the sums were, or were written past the triggers. Of
/// each stretch of time it inserts the difference between a count and the sums, both of one snapshot, as one more change. Whatever commits
/// later has written its own change, and a second run finds no difference.
/// </summary>
internal sealed class BringUsageOver(ErzyCallDbContext db) : IBringsRowsOver
{
    private const string Sql =
        $"""
         INSERT INTO usage_changes (organization_id, hour, is_kept, status, ended_reason, amount, answered, seconds)
         SELECT @organization, hour, true, status, ended_reason, sum(amount), sum(answered), sum(seconds)
         FROM (
           SELECT date_trunc('hour', created_at, 'UTC') AS hour, status, ended_reason, amount, answered, seconds
           FROM ({CountedRows.Sql}) AS present
           WHERE organization_id = @organization AND is_final AND created_at >= @since AND created_at < @until
           UNION ALL
           SELECT starts_at, status, ended_reason, -amount, -answered, -seconds FROM usage_sums
           WHERE organization_id = @organization AND NOT is_day AND is_kept AND starts_at >= @since AND starts_at < @until
           UNION ALL
           SELECT hour, status, ended_reason, -amount, -answered, -seconds FROM usage_changes
           WHERE organization_id = @organization AND is_kept AND hour >= @since AND hour < @until) AS counted
         GROUP BY hour, status, ended_reason
         HAVING sum(amount) <> 0 OR sum(answered) <> 0 OR sum(seconds) <> 0
         """;

    /// <summary>About the most calls, and as many messages, that a statement counts.</summary>
    private const int Portion = 50_000;

    public string Rows => "usage_sums";

    public string Version => "1";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var organizations = await db.Database.SqlQuery<Guid>($"SELECT id FROM organizations").ToListAsync(cancellationToken);
        foreach (var organization in organizations)
        {
            var since = DateTimeOffset.MinValue;
            while (since < DateTimeOffset.MaxValue)
            {
                var until = await EndOfPortionAsync(organization, since, cancellationToken);
                await CountAsync(organization, since, until, cancellationToken);
                since = until;
            }
        }
    }

    /// <summary>The end of the hour that fills a portion; the end of time when the rest is less than one.</summary>
    private async Task<DateTimeOffset> EndOfPortionAsync(Guid organization, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var last = await db.Database
            .SqlQuery<DateTimeOffset?>(
                $"""
                 SELECT least(
                   (SELECT created_at FROM calls WHERE organization_id = {organization} AND created_at >= {since}
                    ORDER BY created_at OFFSET {Portion} LIMIT 1),
                   (SELECT created_at FROM messages WHERE organization_id = {organization} AND created_at >= {since}
                    ORDER BY created_at OFFSET {Portion} LIMIT 1)) AS "Value"
                 """)
            .ToListAsync(cancellationToken);
        return last is [{ } at] ? at.AddTicks(TimeSpan.TicksPerHour - (at.UtcTicks % TimeSpan.TicksPerHour)) : DateTimeOffset.MaxValue;
    }

    private Task<int> CountAsync(Guid organization, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(
            Sql,
            [
                new NpgsqlParameter("organization", organization),
                new NpgsqlParameter("since", since),
                new NpgsqlParameter("until", until),
            ],
            cancellationToken);
}
