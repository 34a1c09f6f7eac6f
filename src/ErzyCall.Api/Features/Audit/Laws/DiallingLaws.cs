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
            "call-lease",
            "A call that its carrier is not known to have belongs to a worker or waits to be asked about, "
                + "and to no worker for longer than a lease.",
            """
            SELECT id FROM calls
            WHERE status = 'processing' AND ((submitted_at IS NULL AND leased_until IS NULL) OR leased_until > @longest_call_lease)
              AND (@organization IS NULL OR organization_id = @organization)
            """),

        // The number of calls in processing at each claim, counted back from their number now. A final event has its position before it is
        // committed, and a claim sees what is committed: so at the position of a claim there were no more calls than the claim saw. The
        // limit is known since it was last set, and may have been lowered below what was being dialled then. Five seconds: the clocks of
        // copies of the server follow PostgreSQL's, not to the millisecond.
        AuditLaw.For<Call>(
            "call-limit",
            "No call was claimed for dialling while its organization had as many calls in processing as its limit allows.",
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
              SELECT organization_id, resource_id, created_at, step, coalesce(busy.calls, 0) - coalesce(sum(step) OVER later, 0) AS calls
              FROM moved LEFT JOIN busy USING (organization_id)
              WINDOW later AS (PARTITION BY organization_id ORDER BY position DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
            SELECT processing.resource_id FROM processing JOIN organizations ON organizations.id = processing.organization_id
            WHERE step = 1 AND calls > max_concurrent_calls AND processing.created_at > limit_set_at + interval '5 seconds'
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
