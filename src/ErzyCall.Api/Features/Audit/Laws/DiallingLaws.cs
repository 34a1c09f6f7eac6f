using ErzyCall.Api.Features.Calls;

namespace ErzyCall.Api.Features.Audit.Laws;

/// <summary>
/// A call is dialled at most once, by the worker that has claimed it, and no organization has more calls in processing than its limit.
/// </summary>
internal static class DiallingLaws
{
    public static IReadOnlyList<AuditLaw> All { get; } =
    [
        AuditLaw.For<Call>(
            "call-look",
            "Somebody asks about every call in processing of which nothing is heard, and at its deadline at the latest.",
            """
            SELECT id FROM calls
            WHERE status = 'processing' AND (next_look_at < @late OR next_look_at > deadline_at + @slack)
              AND (@organization IS NULL OR organization_id = @organization)
            """),
        AuditLaw.For<Call>(
            "call-hang-up",
            "Whoever is to hang up is told, and told again, until he has heard.",
            """
            SELECT id FROM calls
            WHERE hang_up_requested_at < @late AND hang_up_sent_at IS NULL AND submitted_at IS NOT NULL
              AND (@organization IS NULL OR organization_id = @organization)
            UNION ALL
            SELECT call_id FROM stray_calls AS stray
            WHERE hang_up_at < @late
              AND (@organization IS NULL OR EXISTS (SELECT FROM calls WHERE id = stray.call_id AND organization_id = @organization))
            """),
        AuditLaw.For<Call>(
            "call-carrier-id",
            "A call that an account's carrier has is bound to one call there, which no other call is bound to.",
            """
            SELECT id FROM calls
            WHERE id >= @since_id AND carrier_account_id IS NOT NULL AND submitted_at IS NOT NULL AND carrier_call_id IS NULL
              AND (@organization IS NULL OR organization_id = @organization)
            UNION ALL
            SELECT min(id::text)::uuid FROM calls
            WHERE id >= @since_id AND carrier_account_id IS NOT NULL AND carrier_call_id IS NOT NULL
              AND (@organization IS NULL OR organization_id = @organization)
            GROUP BY carrier_account_id, carrier_call_id HAVING count(*) > 1
            """),
        AuditLaw.For<Call>(
            "call-rung-once",
            "No carrier has made two calls of one order.",
            """
            SELECT DISTINCT call_id FROM stray_calls AS stray
            WHERE found_at >= @since
              AND (@organization IS NULL OR EXISTS (SELECT FROM calls WHERE id = stray.call_id AND organization_id = @organization))
            """),

        // The number of calls in processing at each claim, counted back from their number now. A final event has its position before it is
        // committed, and a claim sees what is committed: so at the position of a claim there were no more calls than the claim saw. The
        // limit is known since it was last set, and may have been lowered below what was being dialled then. Five seconds: the clocks of
        // copies of the server follow PostgreSQL's, not to the millisecond, and a claim reads the time before it counts the lines. A call
        // whose line was free before its final event is taken off, by the same measure.
        AuditLaw.For<Call>(
            "call-limit",
            "No call was claimed for dialling while its organization had as many calls on the line as its limit allows.",
            $"""
            WITH moved AS (
              SELECT organization_id, resource_id, position, created_at,
                CASE
                  WHEN type = '{CallEvents.Started}' THEN 1
                  WHEN type = '{CallEvents.Ended}' OR data ->> 'startedAt' IS NOT NULL THEN -1
                  ELSE 0
                END AS step
              FROM events
              WHERE created_at >= @kept AND type IN ('{CallEvents.Started}', '{CallEvents.Ended}', '{CallEvents.Failed}')
                AND (@organization IS NULL OR organization_id = @organization)),
            busy AS (
              SELECT organization_id, count(*) AS calls FROM calls
              WHERE status = 'processing' AND (@organization IS NULL OR organization_id = @organization)
              GROUP BY organization_id),
            processing AS (
              SELECT organization_id, resource_id, created_at, position, step,
                coalesce(busy.calls, 0) - coalesce(sum(step) OVER later, 0) AS calls
              FROM moved LEFT JOIN busy USING (organization_id)
              WINDOW later AS (PARTITION BY organization_id ORDER BY position DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
            SELECT processing.resource_id FROM processing JOIN organizations ON organizations.id = processing.organization_id
            WHERE step = 1 AND calls > max_concurrent_calls AND processing.created_at > limit_set_at + interval '5 seconds'
              AND calls - max_concurrent_calls > (
                SELECT count(*) FROM calls AS freed
                LEFT JOIN events AS final ON final.resource_id = freed.id AND final.type IN ({CallEvents.Final})
                WHERE freed.organization_id = processing.organization_id
                  AND freed.line_free_at <= processing.created_at + interval '5 seconds' AND freed.line_free_at >= @kept
                  AND (final.position IS NULL OR final.position > processing.position))
            """),

        // Other carriers keep their records themselves.
        AuditLaw.For<Call>(
            "call-dialled-once",
            "The simulated carrier has no call twice.",
            """
            SELECT dialled.call_id FROM simulated_calls AS dialled
            WHERE dialled.call_id >= @since_id
              AND (@organization IS NULL OR EXISTS (
                SELECT FROM calls WHERE id = dialled.call_id AND id >= @since_id AND organization_id = @organization))
            GROUP BY dialled.call_id HAVING count(*) > 1
            """),
        AuditLaw.For<Call>(
            "call-dialled-when-claimed",
            "The simulated carrier was given only calls that had been claimed, each with its own number.",
            """
            SELECT dialled.call_id FROM simulated_calls AS dialled
            LEFT JOIN calls AS call ON call.id = dialled.call_id AND call.id >= @since_id
            WHERE dialled.call_id >= @since_id AND (@organization IS NULL OR call.organization_id = @organization)
              AND (call.started_at IS NULL OR call."to" <> dialled."to")
            """),
    ];
}
