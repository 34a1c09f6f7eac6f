using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Gives claimed calls to their carriers, all at once, and records what came of it: what was answered together, in one transaction. The
/// do-not-call ledger is asked once more as the last thing before the orders leave. No transaction is open while carriers are asked. When a
/// carrier's answer is not heard, nothing is recorded: the lease runs out, and <see cref="ReconcileCallsJob"/> asks.
/// </summary>
internal sealed class CallSubmission(
    ErzyCallDbContext db, Carriers carriers, ParkedRows<CallDispatchJob> parked, IOptions<CallOptions> options, TimeProvider clock)
{
    /// <summary>The lease of a claimed call, within which nobody else touches it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_retryAfter = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(IReadOnlyList<Call> claimed)
    {
        IReadOnlyList<Outcome> keptBack;
        try
        {
            keptBack = await FindKeptBackAsync(claimed);
        }
        catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure))
        {
            await RecordAsync([.. claimed.Select(call => Outcome.Of(call, SubmitResult.NotConnected))]);
            return;
        }

        // The orders leave at once: between here and there nothing is waited for.
        var asked = claimed.Except(keptBack.Select(outcome => outcome.Claimed)).Select(AskAsync).ToList();
        await RecordAsync(keptBack);
        while (asked.Count > 0)
        {
            await Task.WhenAny(asked);
            var heard = asked.FindAll(question => question.IsCompleted);
            asked.RemoveAll(heard.Contains);
            await RecordAsync([.. (await Task.WhenAll(heard)).OfType<Outcome>()]);
        }
    }

    /// <summary>
    /// Looks once more, as the last thing before the orders leave, which phones may ring. A call that may not leave ends here: because its
    /// number was entered into the ledger since the claim (whoever entered it waits for that: <see cref="LedgerWriter"/>), or because the
    /// call was cancelled.
    /// </summary>
    private async Task<IReadOnlyList<Outcome>> FindKeptBackAsync(IReadOnlyList<Call> claimed)
    {
        var ids = claimed.Select(call => call.Id).ToList();
        var now = await db.Calls
            .Where(call => ids.Contains(call.Id))
            .Select(call => new
            {
                call.Id,
                IsUnderWay = call.Status == CallStatus.Processing && call.SubmittedAt == null && call.HangUpReason == null,
                IsOptedOut = db.Set<DoNotCallEntry>().InForce()
                    .Any(entry => entry.OrganizationId == call.OrganizationId && entry.CanonicalNumber == call.CanonicalTo),
            })
            .TagWith(PreparedStatements.Tag)
            .ToDictionaryAsync(call => call.Id);
        return
        [
            .. claimed.Where(call => now[call.Id] is not { IsUnderWay: true, IsOptedOut: false })
                .Select(call => new Outcome(call, (row, at) => row.KeepBack(now[row.Id].IsOptedOut, at))),
        ];
    }

    /// <summary>Asks a call's carrier to place it. <c>null</c> when no answer was heard.</summary>
    private async Task<Outcome?> AskAsync(Call claimed)
    {
        // This process may have stood still between the claim and here. An order must not go out when somebody else may be asking about it
        // already; and nobody but the process that claimed a call ever offers it, so this one is known not to have rung.
        if (clock.Now() > claimed.LeasedUntil - s_patience)
        {
            return Outcome.Of(claimed, SubmitResult.NotConnected);
        }

        var result = await carriers.AskAsync(
            claimed, s_patience, (carrier, cancelled) => carrier.PlaceAsync(OrderOf(claimed), cancelled));
        return result is { } heard ? Outcome.Of(claimed, heard) : null;
    }

    private CarrierOrder OrderOf(Call claimed) => new(
        claimed.Id, claimed.To, claimed.From, claimed.FirstMessage, claimed.AssistantConfigSnapshot, options.Value.MaxDuration);

    /// <summary>
    /// Records what became of calls, again and again while the database is away, until their leases end. A shutdown does not cancel this:
    /// what the carrier said of these calls may be known here only.
    /// </summary>
    private async Task RecordAsync(IReadOnlyCollection<Outcome> outcomes)
    {
        var byCall = outcomes.ToDictionary(outcome => outcome.Claimed.Id);
        while (byCall.Count > 0)
        {
            try
            {
                await db.Database.RepeatAsync(() => TryRecordAsync(byCall));
                return;
            }
            catch (Exception failure)
                when (DatabaseFailure.IsUnreachable(failure) && byCall.Values.Any(outcome => clock.Now() < outcome.Claimed.LeasedUntil))
            {
                db.ChangeTracker.Clear();
                await Task.Delay(s_retryAfter, clock);
            }
        }
    }

    private async Task<List<Call>> TryRecordAsync(Dictionary<Id<Call>, Outcome> outcomes)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var recorded = await parked.EachAsync(
            db, [.. outcomes.Keys.Select(id => id.Value)], ids => db.MoveCallsAsync(ids, now, call => outcomes[call.Id].Move(call, now)));
        await transaction.CommitAsync();

        // What is recorded next is decided on rows as they are then.
        db.ChangeTracker.Clear();
        return recorded;
    }

    /// <param name="Move">What becomes of the call's row.</param>
    private sealed record Outcome(Call Claimed, Action<Call, DateTimeOffset> Move)
    {
        public static Outcome Of(Call claimed, SubmitResult result) => new(claimed, (row, now) => Apply(result, row, now));

        private static void Apply(SubmitResult result, Call call, DateTimeOffset now)
        {
            switch (result)
            {
                case SubmitResult.Rejected:
                    call.Fail(EndedReason.CarrierRejected, now);
                    break;
                case SubmitResult.NotConnected:
                    call.Fail(EndedReason.CarrierFailedToConnect, now);
                    break;
                default:
                    call.MarkSubmitted(now);
                    break;
            }
        }
    }
}
