using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Policy;

/// <summary>
/// Judges waiting calls anew by a calling policy that has changed since they were judged: some wait longer, some not any more, some end.
/// Late is harmless: the claim asks the policy too, and by then dials nothing that it does not allow. A call that it is too late to dial is
/// left to its deadline: no change of the policy gives it another.
/// </summary>
internal sealed class JudgeAnewJob(
    ErzyCallDbContext db, ParkedRows<JudgeAnewJob> parked, IOptions<CallOptions> options, TimeProvider clock) : IJob
{
    private const int BatchSize = 200;

    /// <summary>
    /// The time for which calls are looked for that an older policy has judged: far longer than it takes to find them all, or to place a
    /// call that was judged just before the change.
    /// </summary>
    private static readonly TimeSpan s_lookedFor = TimeSpan.FromDays(1);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = ["calling_policies"];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var stale = await db.Database
            .SqlQuery<StaleCall>(
                $"""
                 WITH RECURSIVE policy AS (
                   (SELECT organization_id, version, changed_at FROM calling_policies
                    ORDER BY changed_at DESC, organization_id DESC LIMIT 1)
                   UNION ALL
                   SELECT earlier.* FROM policy CROSS JOIN LATERAL (
                     SELECT organization_id, version, changed_at FROM calling_policies
                     WHERE (changed_at, organization_id) < (policy.changed_at, policy.organization_id)
                     ORDER BY changed_at DESC, organization_id DESC LIMIT 1) AS earlier
                   WHERE policy.changed_at > {now - s_lookedFor})
                 SELECT stale.id, stale.organization_id FROM policy
                 CROSS JOIN LATERAL (
                   SELECT id, organization_id FROM calls
                   WHERE organization_id = policy.organization_id AND policy_version < policy.version
                     AND status IN ('new', 'scheduled') AND NOT policy_ignored AND deadline_at > {now} AND id <> ALL ({parked.Ids})
                   ORDER BY policy_version
                   LIMIT {BatchSize}
                   FOR UPDATE SKIP LOCKED) AS stale
                 LIMIT {BatchSize}
                 """)
            .ToListAsync(cancellationToken);
        foreach (var calls in stale.GroupBy(call => call.OrganizationId, call => call.Id).OrderBy(group => group.Key))
        {
            await parked.EachAsync(db, [.. calls], ids => JudgeAsync(new Id<Owner>(calls.Key), ids, now, cancellationToken));
        }

        await transaction.CommitAsync(cancellationToken);
        return stale.Count > 0;
    }

    private async Task<List<Call>> JudgeAsync(
        Id<Owner> organization, IReadOnlyList<Guid> ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var calls = await db.Calls.FromSql($"SELECT * FROM calls WHERE id = ANY ({ids}) ORDER BY id").ToListAsync(cancellationToken);
        var judge = await CallJudge.LoadPolicyAsync(db, organization, calls.ConvertAll(call => call.To), now, cancellationToken);
        foreach (var call in calls)
        {
            if (Apply(judge.JudgeByPolicy(call.To, call.AskedFor(now)), call, now))
            {
                db.AddEventOf(call, now);
            }

            call.JudgedBy(judge.PolicyVersion);
        }

        await db.SaveTogetherAsync(cancellationToken);
        return calls;
    }

    /// <returns>Whether there is something to tell: the call begins to wait, or is over.</returns>
    private bool Apply(CallVerdict verdict, Call call, DateTimeOffset now)
    {
        switch (verdict)
        {
            case CallVerdict.Refused { Reasons: [var first, ..] }:
                return call.Fail(first.EndedReason, now);

            case CallVerdict.NotBefore { At: var dialAt }:
                return call.WaitUntil(dialAt, options.Value.DispatchWithin, now);

            default:
                call.WaitNoMore(options.Value.DispatchWithin, now);
                return false;
        }
    }

    private sealed record StaleCall(Guid Id, Guid OrganizationId);
}
