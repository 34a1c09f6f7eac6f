using ErzyCall.Api.Features.Usage;

namespace ErzyCall.Api.Features.Audit.Laws;

/// <summary>What usage tells is what was done.</summary>
internal static class UsageLaws
{
    public static IReadOnlyList<AuditLaw> All { get; } =
    [
        // The first hour begins at least an hour later than the audit looks back: an id may be a little older than the time beside it.
        AuditLaw.For<Owner>(
            "usage-sums",
            "The sums of usage are those of the calls and messages that are there, and those of a day are those of its hours.",
            $"""
             SELECT organization_id FROM (
               SELECT organization_id, date_trunc('hour', created_at, 'UTC') AS hour, status, ended_reason, amount, answered, seconds
               FROM ({CountedRows.Sql}) AS present
               WHERE is_final AND created_at >= {FirstHour}
                 AND CASE WHEN @organization IS NULL THEN id >= @since_id ELSE organization_id = @organization END
               UNION ALL
               SELECT organization_id, starts_at, status, ended_reason, -amount, -answered, -seconds FROM usage_sums
               WHERE NOT is_day AND is_kept AND starts_at >= {FirstHour} AND (@organization IS NULL OR organization_id = @organization)
               UNION ALL
               SELECT organization_id, hour, status, ended_reason, -amount, -answered, -seconds FROM usage_changes
               WHERE is_kept AND hour >= {FirstHour} AND (@organization IS NULL OR organization_id = @organization)) AS hours
             GROUP BY organization_id, hour, status, ended_reason
             HAVING sum(amount) <> 0 OR sum(answered) <> 0 OR sum(seconds) <> 0
             UNION
             SELECT organization_id FROM (
               SELECT organization_id, date_trunc('day', starts_at, 'UTC') AS day, is_kept, status, ended_reason,
                 CASE WHEN is_day THEN -1 ELSE 1 END AS sign, amount, answered, seconds
               FROM usage_sums
               WHERE starts_at >= {FirstDay} AND (@organization IS NULL OR organization_id = @organization)) AS days
             GROUP BY organization_id, day, is_kept, status, ended_reason
             HAVING sum(sign * amount) <> 0 OR sum(sign * answered) <> 0 OR sum(sign * seconds) <> 0
             """),
    ];

    private const string FirstHour = "(date_trunc('hour', @since, 'UTC') + interval '2 hours')";

    private const string FirstDay = "(date_trunc('day', @since, 'UTC') + interval '1 day')";
}
