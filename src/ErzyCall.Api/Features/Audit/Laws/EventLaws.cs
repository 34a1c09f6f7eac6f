using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Events;

namespace ErzyCall.Api.Features.Audit.Laws;

/// <summary>Every event gets its place in the feed, in order and without a gap.</summary>
internal static class EventLaws
{
    public static IReadOnlyList<AuditLaw> All { get; } =
    [
        AuditLaw.For<OutboxEvent>(
            "event-published",
            "Every event gets its place in the feed at once.",
            """
            SELECT id FROM events
            WHERE sequence IS NULL AND NOT is_private AND created_at < @late AND (@organization IS NULL OR organization_id = @organization)
            """),

        // Every event behind the first one since @feed_since was published after it and is kept. They are counted in the index between two
        // bounds: with one bound, PostgreSQL would expect to find a third of the table.
        AuditLaw.For<Owner>(
            "event-feed",
            "The feed of an organization has no gap, and ends where it is said to.",
            """
            SELECT feed.organization_id FROM event_feeds AS feed
            LEFT JOIN LATERAL (
              SELECT sequence FROM events
              WHERE organization_id = feed.organization_id AND sequence IS NOT NULL AND created_at >= @feed_since
              ORDER BY created_at LIMIT 1) AS first ON true
            LEFT JOIN LATERAL (
              SELECT count(*) AS events FROM events
              WHERE organization_id = feed.organization_id AND sequence BETWEEN first.sequence AND feed.last_sequence) AS kept ON true
            WHERE (@organization IS NULL OR feed.organization_id = @organization)
              AND (kept.events <> feed.last_sequence - first.sequence + 1
                OR (SELECT max(sequence) FROM events WHERE organization_id = feed.organization_id) > feed.last_sequence
                OR (first.sequence IS NULL AND feed.last_sequence > 0 AND feed.published_at >= @feed_since
                  AND NOT EXISTS (SELECT FROM events WHERE organization_id = feed.organization_id AND sequence = feed.last_sequence)))
            """),
        AuditLaw.For<OutboxEvent>(
            "event-order",
            "The events of a call, contact or message are in the feed in the order in which they happened; "
                + "a call is scheduled, each time that it begins to wait, before it is started, and started before it is over.",
            $"""
            SELECT id FROM (
              SELECT id, sequence, step, lag(position) OVER resource AS before,
                lag(sequence) OVER resource AS sequence_before, lag(step) OVER resource AS step_before
              FROM (
                SELECT id, resource_id, position, sequence,
                  CASE
                    WHEN type = '{CallEvents.Scheduled}' THEN 1
                    WHEN type = '{CallEvents.Started}' THEN 2
                    WHEN type IN ({CallEvents.Final}) THEN 3
                  END AS step
                FROM events
                WHERE created_at >= @since AND NOT is_private AND (@organization IS NULL OR organization_id = @organization)) AS happened
              WINDOW resource AS (PARTITION BY resource_id ORDER BY position)) AS happened
            WHERE sequence < sequence_before
              OR (sequence IS NOT NULL AND before IS NOT NULL AND sequence_before IS NULL)
              OR step < step_before
              OR (step = step_before AND step > 1)
            """),
    ];
}
