using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.Api.Features.Usage;

/// <summary>What usage counts, row by row: the sums must be what a count of these gives.</summary>
internal static class CountedRows
{
    /// <summary>
    /// A query of all calls and of the messages that count; the columns behind the time are those of <see cref="UsageSum"/>.
    /// </summary>
    public const string Sql =
        $"""
         SELECT id, organization_id, created_at, status::text AS status, coalesce(ended_reason, '')::text AS ended_reason,
           ended_reason IS NOT NULL AS is_final, 1 AS amount, (duration IS NOT NULL)::int AS answered, coalesce(duration, 0) AS seconds
         FROM calls
         UNION ALL
         SELECT id, organization_id, created_at,
           CASE direction WHEN '{MessageDirection.Inbound}' THEN '{UsageSum.Received}' ELSE '{UsageSum.Sent}' END, '', true, 1, 0, 0
         FROM messages
         WHERE direction = '{MessageDirection.Inbound}' OR sent_at IS NOT NULL
         """;
}
