using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Claims due calls of one organization and hands them to their carriers. The claim is committed first and is made once in a call's life;
/// after it a call can be handed over, or be found lost, but never be claimed again: that is why no phone rings twice.
/// </summary>
internal sealed class CallDispatchJob(
    ErzyCallDbContext db, Carriers carriers, IServiceScopeFactory scopes, ParkedRows<CallDispatchJob> parked, IOptions<CallOptions> options, TimeProvider clock) : IJob
{
    /// <summary>Calls a step claims at most: they are handed over all at once, each over a database connection when it is recorded.</summary>
    private const int BatchSize = 20;

    /// <summary>A carrier that has not reported by the longest conversation and this much more never will.</summary>
    private static readonly TimeSpan s_reportGrace = TimeSpan.FromMinutes(2);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = ["calls"];

    /// <summary>A step waits until its batch is handed over: a carrier that hangs holds up one step, and the others go on with other organizations.</summary>
    public static int Loops => 4;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var (moved, claimed) = await ClaimAsync(cancellationToken);

        // All at once, so that a silent carrier does not let the leases of other calls run out; and not stopped by a shutdown: what is claimed is
        // handed over, or nobody will know whether it was. The host waits longer than that takes.
        await Task.WhenAll(claimed.Select(call => parked.TryAsync(call.Id.Value, () => HandOverAsync(call))));
        return moved > 0;
    }

    private async Task HandOverAsync(Call call)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<CallHandOver>().RunAsync(call);
    }

    private async Task<(int Moved, IReadOnlyList<Call> Claimed)> ClaimAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await LockOrganizationWithRoomAsync(clock.Now(), cancellationToken) is not { } organization)
        {
            return (0, []);
        }

        // Read when the lock is held, so that calls start in the order in which they are claimed, whichever loop claims them.
        var now = clock.Now();

        // Counted after the lock is held, by a statement of its own: whoever held it before has committed what it claimed.
        var busy = await db.Calls.CountAsync(call => call.OrganizationId == organization.Id && call.Status == CallStatus.Processing, cancellationToken);
        var room = Math.Min(BatchSize, organization.MaxConcurrentCalls - busy);
        var due = await db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT id FROM calls
                 WHERE organization_id = {organization.Id.Value} AND status IN ('new', 'scheduled') AND due_at <= {now} AND deadline_at > {now}
                   AND id <> ALL ({parked.Ids})
                 ORDER BY due_at, id
                 LIMIT {Math.Max(0, room)}
                 FOR UPDATE SKIP LOCKED
                 """)
            .ToListAsync(cancellationToken);
        var claimed = await parked.EachAsync(db, due, ids => ClaimAsync(organization, ids, now, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return (due.Count, claimed);
    }

    private async Task<List<Call>> ClaimAsync(Organization organization, IReadOnlyList<Guid> ids, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = await db.Calls.FromSql($"SELECT * FROM calls WHERE id = ANY ({ids}) ORDER BY due_at, id").ToListAsync(cancellationToken);
        await SharedScript.LoadAsync(db, organization.Id, due, cancellationToken);
        var blocked = await db.DoNotCallEntries
            .Where(entry => entry.OrganizationId == organization.Id)
            .BlockedAsync(due.ConvertAll(call => call.To), cancellationToken);
        var claimed = new List<Call>();
        foreach (var call in due)
        {
            if (blocked.Contains(call.To))
            {
                call.Fail(EndedReason.ContactOptedOut, now);
            }
            else if (await carriers.NameForAsync(organization, call.From, db, cancellationToken) is not { } carrier)
            {
                call.Fail(EndedReason.CarrierFailedToConnect, now);
            }
            else
            {
                var longest = carriers.Find(carrier).LongestCall(call.To) ?? options.Value.MaxDuration + s_reportGrace;
                call.Claim(carrier, CallHandOver.Lease, longest, now);
                claimed.Add(call);
            }

            db.AddEventOf(call, now);
        }

        await db.SaveChangesAsync(cancellationToken);
        return claimed;
    }

    /// <summary>
    /// The organization that has waited longest among those with due calls and room for one. Its row lock makes all nodes claim for it one after
    /// the other, so that together they never exceed its limit; an organization that another node is claiming for is passed over.
    /// </summary>
    private Task<Organization?> LockOrganizationWithRoomAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Organizations
            .FromSql(
                $"""
                 SELECT organizations.* FROM organizations
                 CROSS JOIN LATERAL (
                   SELECT due_at FROM calls
                   WHERE organization_id = organizations.id AND status IN ('new', 'scheduled') AND due_at <= {now} AND deadline_at > {now}
                     AND id <> ALL ({parked.Ids})
                   ORDER BY due_at LIMIT 1) AS first_due
                 WHERE (SELECT count(*) FROM calls WHERE organization_id = organizations.id AND status = 'processing') < max_concurrent_calls
                 ORDER BY first_due.due_at
                 LIMIT 1
                 FOR NO KEY UPDATE OF organizations SKIP LOCKED
                 """)
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);
}
