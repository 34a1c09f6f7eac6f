using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Features.PhoneNumbers;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Claims due calls of one organization (<see cref="CallQueue"/>) and hands them to their carriers. The claim is committed first and is
/// made once in a call's life; after it a call can be submitted, or be found lost, but never be claimed again: that is why no phone rings
/// twice.
/// </summary>
internal sealed class CallDispatchJob(
    ErzyCallDbContext db,
    Carriers carriers,
    IServiceScopeFactory scopes,
    ParkedRows<CallDispatchJob> parked,
    IOptions<CallOptions> options,
    TimeProvider clock) : IJob
{
    /// <summary>The most calls that a step claims: they are submitted all at once, and a step waits until all are answered.</summary>
    private const int BatchSize = 100;

    /// <summary>The time after the longest conversation at which a carrier that has not reported never will.</summary>
    private static readonly TimeSpan s_reportGrace = TimeSpan.FromMinutes(2);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = ["calls", "carrier_accounts"];

    /// <summary>
    /// The number of steps at once. A step waits until its batch is submitted: a carrier that hangs holds up one step, and the others go
    /// on with other organizations.
    /// </summary>
    public static int Loops => 4;

    /// <summary>
    /// Looks into one queue after the other until there is something to claim: one in which nothing can be, although it seemed so, holds up
    /// no other.
    /// </summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var lookedInto = new List<Guid>();
        while (await LookAsync(lookedInto, cancellationToken) is { } look)
        {
            if (look.Claimed.Count > 0)
            {
                await SubmitAsync(look.Claimed);
            }

            if (look.Moved > 0)
            {
                return true;
            }
        }

        return false;
    }

    private async Task SubmitAsync(IReadOnlyList<Call> claimed)
    {
        // In a scope of its own, in which rows are read anew. A shutdown does not stop this: what is claimed is submitted, or nobody will
        // know whether it was. The host waits longer than that takes.
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<CallSubmission>().RunAsync(claimed);
    }

    /// <summary>Claims what can be claimed in the queue that is first in its turn. <c>null</c> when there is none to look into.</summary>
    /// <param name="lookedInto">The organizations that are passed over; this one is added.</param>
    private async Task<Look?> LookAsync(List<Guid> lookedInto, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await LockOrganizationInTurnAsync(lookedInto, clock.Now(), cancellationToken) is not { } organization)
        {
            return null;
        }

        lookedInto.Add(organization.Id.Value);

        // The time is read when the lock is held, so that calls start in the order in which they are claimed, whichever loop claims them.
        var now = clock.Now();

        // The calls in progress are counted after the lock is held, by a statement of its own: whoever held it before has committed what it
        // claimed.
        var busy = await db.Calls.CountAsync(
            call => call.OrganizationId == organization.Id && call.Status == CallStatus.Processing && call.LineFreeAt == null,
            cancellationToken);
        var room = Math.Min(BatchSize, organization.MaxConcurrentCalls - busy);
        var held = await FindHeldNumbersAsync(organization, now, cancellationToken);
        var due = await LockDueAsync(organization, room, held, now, cancellationToken);
        var claimed = await parked.EachAsync(db, due, ids => ClaimAsync(organization, ids, now, cancellationToken));
        if (claimed.Count > 0)
        {
            await db.Organizations
                .Where(row => row.Id == organization.Id)
                .ExecuteUpdateAsync(
                    row => row.SetProperty(turns => turns.ClaimedCalls, turns => turns.ClaimedCalls + claimed.Count), cancellationToken);
        }

        // Calls in progress may have ended meanwhile, but none can have begun: where room was left, there is room.
        var mayBeFull = busy + claimed.Count >= organization.MaxConcurrentCalls;
        await db.Database.ExecuteSqlAsync($"SELECT settle_call_queue({organization.Id.Value}, {mayBeFull})", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Look(due.Count, claimed);
    }

    /// <summary>
    /// The numbers from which no call is made at this moment, because their carrier refuses the account or has had as many calls as it
    /// takes: the calls from them wait, and those from other numbers pass them.
    /// </summary>
    private async Task<List<string>> FindHeldNumbersAsync(
        Organization organization, DateTimeOffset now, CancellationToken cancellationToken) =>
        organization.Mode is OrganizationMode.Test
            ? []
            : await db.PhoneNumbers
                .Where(phone => phone.OrganizationId == organization.Id)
                .Join(
                    db.CarrierAccounts.Where(account => account.Status == CarrierAccountStatus.Error || account.NextOrderAt > now),
                    phone => phone.CarrierAccountId,
                    account => (Id<CarrierAccount>?)account.Id,
                    (phone, _) => phone.Number)
                .ToListAsync(cancellationToken);

    /// <summary>Locks the calls that are due, as far as there is room, in the order in which it is the lanes' turn.</summary>
    /// <param name="held">The numbers from which no call is made at this moment.</param>
    private async Task<List<Guid>> LockDueAsync(
        Organization organization, int room, List<string> held, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = await db.Database
            .SqlQuery<DueCall>(
                $"""
                 SELECT due.id, due.is_batched FROM (VALUES (false), (true)) AS lane (is_batched)
                 CROSS JOIN LATERAL (
                   SELECT id, is_batched, due_at FROM calls
                   WHERE organization_id = {organization.Id.Value} AND calls.is_batched = lane.is_batched AND status IN ('new', 'scheduled')
                     AND due_at <= {now} AND deadline_at > {now} AND id <> ALL ({parked.Ids})
                     AND "from" <> ALL ({held})
                   ORDER BY due_at, id
                   LIMIT {Math.Max(0, room)}
                   FOR UPDATE SKIP LOCKED) AS due
                 ORDER BY due.is_batched, due.due_at, due.id
                 """)
            .ToListAsync(cancellationToken);
        var lanes = due.ToLookup(call => call.IsBatched, call => call.Id);
        return CallLanes.InTurn([.. lanes[false]], [.. lanes[true]], organization.ClaimedCalls, room);
    }

    private async Task<List<Call>> ClaimAsync(
        Organization organization, IReadOnlyList<Guid> ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = await db.Calls
            .FromSql($"SELECT * FROM calls WHERE id = ANY ({ids}) ORDER BY array_position({ids}, id)")
            .ToListAsync(cancellationToken);
        await SharedScript.LoadAsync(db, organization.Id, due, cancellationToken);

        // The policy is read after the lock, which whoever changes the policy takes too: once a change is answered, every claim here goes
        // by it.
        var (to, from) = (due.ConvertAll(call => call.To), due.ConvertAll(call => call.From));
        var judge = await CallJudge.LoadAsync(db, carriers, organization.Id, organization.Mode, to, from, now, cancellationToken);
        var pace = new OrderPace(now);
        var claimed = new List<Call>();
        foreach (var call in due)
        {
            // The next look finds the number held; the call stays first in its lane.
            if (judge.LineOf(call.From) is { } line && (line.IsAwaited || pace.IsReached(line.Account)))
            {
                continue;
            }

            switch (judge.Judge(call.To, call.From, now, call.PolicyIgnored))
            {
                case CallVerdict.Refused { Reasons: [var first, ..] }:
                    call.Fail(first.EndedReason, now);
                    break;

                case CallVerdict.NotBefore { At: var dialAt }:
                    call.WaitUntil(dialAt, options.Value.DispatchWithin, now);
                    break;

                default:
                    var (carrier, account) = judge.LineOf(call.From)!;
                    var longest = carriers.Find(carrier).LongestCall(call.To) ?? options.Value.MaxDuration + s_reportGrace;
                    call.Claim(carrier, account?.Id, CallSubmission.Lease, longest, now);
                    pace.Count(account);
                    judge.Dialled(call.To, now);
                    claimed.Add(call);
                    break;
            }

            call.JudgedBy(judge.PolicyVersion);
            db.AddEventOf(call, now);
        }

        await db.SaveTogetherAsync(cancellationToken);
        await pace.KeepAsync(db, cancellationToken);
        return claimed;
    }

    /// <summary>
    /// Locks the organization whose queue has waited longest to be looked into. Its row lock makes all copies of the server claim for it
    /// one after the other, so that together they never exceed its limit; an organization that another copy is claiming for is passed over.
    /// </summary>
    private async Task<Organization?> LockOrganizationInTurnAsync(
        List<Guid> lookedInto, DateTimeOffset now, CancellationToken cancellationToken) =>
        await db.Organizations
            .FromSql(
                $"""
                 SELECT organizations.* FROM call_queues AS queue
                 JOIN organizations ON organizations.id = queue.organization_id
                 WHERE NOT awaits_room AND first_due_at <= {now} AND queue.organization_id <> ALL ({lookedInto})
                 ORDER BY first_due_at
                 LIMIT 1
                 FOR NO KEY UPDATE OF organizations SKIP LOCKED
                 """)
            .AsNoTracking()
            .ToListAsync(cancellationToken) is [var organization] ? organization : null;

    /// <param name="Moved">The number of calls that were due and for which there was room.</param>
    /// <param name="Claimed">Those of them that are to be submitted.</param>
    private sealed record Look(int Moved, IReadOnlyList<Call> Claimed);

    private sealed record DueCall(Guid Id, bool IsBatched);
}
