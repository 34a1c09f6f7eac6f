using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;

namespace ErzyCall.Api.Features.Audit.Laws;

/// <summary>Every call gets to one outcome in time, and its events tell how.</summary>
internal static class CallLaws
{
    /// <summary>
    /// A common table expression: the calls that were created since <c>@since</c>, and older ones to which something has happened since
    /// (calls may be scheduled a year ahead). Calls that the command <c>seed</c> made in bulk are left out: they were never dialled and
    /// have no events.
    /// </summary>
    /// <remarks>Ids begin with their time, so both bounds are the same; each has an index. The <c>LIMIT 1</c> makes PostgreSQL look the few
    /// older ones up one by one.</remarks>
    public const string Subjects =
        $"""
         subject AS (
           SELECT id, organization_id, status, "to", canonical_to, started_at, policy_ignored, submitted_at, ended_reason, updated_at
           FROM calls
           WHERE id >= @since_id AND (@organization IS NULL OR (organization_id = @organization AND created_at >= @since))
             AND carrier IS DISTINCT FROM '{Carriers.Seed}'
           UNION ALL
           SELECT older.* FROM (
             SELECT DISTINCT resource_id FROM events
             WHERE created_at >= @since AND resource_id < @since_id AND type IN ('{CallEvents.Started}', {CallEvents.Final})
               AND (@organization IS NULL OR organization_id = @organization)) AS told
           CROSS JOIN LATERAL (
             SELECT id, organization_id, status, "to", canonical_to, started_at, policy_ignored, submitted_at, ended_reason, updated_at
             FROM calls WHERE id = told.resource_id LIMIT 1) AS older)
         """;

    public static IReadOnlyList<AuditLaw> All { get; } =
    [
        AuditLaw.For<Call>(
            "call-final-event",
            "A call that is over has exactly one final event, the one that fits its status; a call that is not has none.",
            $"""
             WITH {Subjects}
             SELECT call.id FROM subject AS call
             LEFT JOIN events AS final ON final.resource_id = call.id AND final.type IN ({CallEvents.Final}) AND final.created_at >= @since
             GROUP BY call.id
             HAVING count(final.id) > 1
               OR bool_or(CASE
                 WHEN final.id IS NULL THEN {FinalEvent} IS NOT NULL AND call.updated_at >= @kept
                 ELSE final.type <> coalesce({FinalEvent}, '')
               END)
             """),
        AuditLaw.For<Call>(
            "call-started-event",
            $"A call that was claimed for dialling has exactly one event {CallEvents.Started}; a call that was not has none.",
            $"""
             WITH {Subjects}
             SELECT call.id FROM subject AS call
             LEFT JOIN (
               SELECT resource_id, count(*) AS events FROM events
               WHERE type = '{CallEvents.Started}' AND created_at >= @kept AND (@organization IS NULL OR organization_id = @organization)
               GROUP BY resource_id) AS started ON started.resource_id = call.id
             WHERE CASE WHEN call.started_at >= @kept THEN coalesce(events, 0) <> 1 ELSE events > (call.started_at IS NOT NULL)::int END
             """),
        AuditLaw.For<Call>(
            "call-deadline",
            "No call is in processing past its deadline.",
            """
            SELECT id FROM calls
            WHERE status = 'processing' AND deadline_at < @late AND (@organization IS NULL OR organization_id = @organization)
            """),
        AuditLaw.For<Call>(
            "call-dispatch-deadline",
            "No call waits to be dialled past the time until which it may be.",
            """
            SELECT id FROM calls
            WHERE status IN ('new', 'scheduled') AND deadline_at < @late AND (@organization IS NULL OR organization_id = @organization)
            """),
        AuditLaw.For<Call>(
            "call-outcome",
            "A call that ended was dialled and its carrier had it, unless it was cancelled before its order had left; "
                + "one that was cancelled was not dialled.",
            $"""
             WITH {Subjects}
             SELECT id FROM subject
             WHERE CASE
               WHEN status = 'ended' THEN started_at IS NULL OR (submitted_at IS NULL AND ended_reason <> 'manually-canceled')
               WHEN status = 'cancelled' THEN started_at IS NOT NULL
             END
             """),

        // Both hold at every moment: whoever brings a queue forward does so in the same transaction, and is waited for by who puts it off.
        AuditLaw.For<Owner>(
            "call-queue",
            "The queue of an organization is looked at when its first waiting call is due, and does not await room while there is some.",
            """
            SELECT organizations.id FROM organizations
            LEFT JOIN call_queues AS queue ON queue.organization_id = organizations.id
            CROSS JOIN LATERAL (
              SELECT min(waiting.due_at) AS due_at FROM (VALUES (false), (true)) AS lane (is_batched)
              CROSS JOIN LATERAL (
                SELECT due_at FROM calls
                WHERE organization_id = organizations.id AND calls.is_batched = lane.is_batched AND status IN ('new', 'scheduled')
                ORDER BY due_at LIMIT 1) AS waiting) AS first
            WHERE (@organization IS NULL OR organizations.id = @organization) AND first.due_at IS NOT NULL
              AND (queue.first_due_at IS NULL OR queue.first_due_at > first.due_at
                OR (queue.awaits_room AND max_concurrent_calls >
                  (SELECT count(*) FROM calls WHERE organization_id = organizations.id AND status = 'processing' AND line_free_at IS NULL)))
            """),
    ];

    private const string FinalEvent =
        $"""
         CASE call.status
           WHEN 'ended' THEN '{CallEvents.Ended}' WHEN 'error' THEN '{CallEvents.Failed}' WHEN 'cancelled' THEN '{CallEvents.Cancelled}'
         END
         """;
}
