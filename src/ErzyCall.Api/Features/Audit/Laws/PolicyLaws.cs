using System.Text.Json;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Platform.Json;
using Npgsql;

namespace ErzyCall.Api.Features.Audit.Laws;

/// <summary>
/// No phone rings when the calling policy does not allow it. Only the present policy is known: what it was before its last change is not
/// kept.
/// </summary>
internal static class PolicyLaws
{
    /// <summary>
    /// The calls that were claimed under the policy as it is now, and do not ignore it. The first five seconds after a change are left out:
    /// the clocks of copies of the server follow PostgreSQL's, not to the millisecond.
    /// </summary>
    private const string Judged =
        $"""
         WITH {CallLaws.Subjects}, judged AS (
           SELECT call.id, call.organization_id, call."to", call.canonical_to, call.started_at,
             hours, time_zone, fallback_time_zone, max_per_number
           FROM subject AS call JOIN calling_policies AS policy ON policy.organization_id = call.organization_id
           WHERE call.started_at >= @since AND call.started_at > policy.changed_at + interval '5 seconds' AND NOT call.policy_ignored)
         """;

    public static IReadOnlyList<AuditLaw> All { get; } =
    [
        AuditLaw.For<Call>(
            "call-hours",
            "No call was claimed for dialling outside of the calling hours of its organization, unless it ignores them.",
            $"""
             {Judged}
             SELECT id, "to", started_at, hours, time_zone, fallback_time_zone FROM judged WHERE hours IS NOT NULL
             """,
            IsOutside),

        // A call that ignores the policy and was claimed at about the same time does not count: it may have come after.
        AuditLaw.For<Call>(
            "call-cap",
            "No number was dialled more often than the calling policy allows, unless by calls that ignore it.",
            $"""
             {Judged}
             SELECT id FROM judged
             WHERE max_per_number IS NOT NULL AND (max_per_number ->> 'count')::int < (
               SELECT count(*) FROM calls AS dialled
               WHERE dialled.organization_id = judged.organization_id AND dialled.canonical_to = judged.canonical_to
                 AND dialled.started_at <= judged.started_at
                 AND dialled.started_at > judged.started_at - interval '1 hour' * (max_per_number ->> 'hours')::int + interval '5 seconds'
                 AND NOT (dialled.policy_ignored AND dialled.started_at > judged.started_at - interval '5 seconds'))
             """),
    ];

    private static bool IsOutside(NpgsqlDataReader call)
    {
        var policy = CallingPolicy.Off(default);
        policy.Change(
            JsonSerializer.Deserialize<IReadOnlyList<CallingWindow>>(call.GetString(3), JsonSettings.Default),
            call.GetString(4),
            call.GetString(5),
            WhenOutside.Wait,
            maxPerNumber: null,
            now: default);
        var dialledAt = call.GetFieldValue<DateTimeOffset>(2);
        return policy.NextOpen(call.GetString(1), dialledAt) != dialledAt;
    }
}
