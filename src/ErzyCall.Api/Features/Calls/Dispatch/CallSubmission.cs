using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Gives claimed calls to their carriers, all at once, and records what came of each. The do-not-call ledger is asked once more as the last
/// thing before the orders leave. No transaction is open while carriers are asked. When a carrier's answer is not heard, nothing is
/// recorded: the lease runs out, and <see cref="ReconcileCallsJob"/> asks.
/// </summary>
internal sealed class CallSubmission(
    ErzyCallDbContext db,
    IServiceScopeFactory scopes,
    Carriers carriers,
    ParkedRows<CallDispatchJob> parked,
    IOptions<CallOptions> options,
    TimeProvider clock)
{
    /// <summary>The lease of a claimed call, within which nobody else touches it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The longest time until calls that somebody was changing are recorded together, by the machine's clock: as long as a transaction that
    /// moves many.
    /// </summary>
    private static readonly TimeSpan s_untilNextAttempt = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan s_retryAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>The database connections over which calls are recorded by themselves: requests need the others.</summary>
    private static readonly SemaphoreSlim s_connections = new(40);

    public async Task RunAsync(IReadOnlyList<Call> claimed)
    {
        var known = await FindKeptBackAsync(claimed);

        // The orders leave at once: between the look at the ledger and here nothing is waited for.
        var asked = claimed.Except(known.Select(outcome => outcome.Claimed)).Select(AskAsync).ToList();
        var alone = new List<Task>();
        var passedOver = new List<Outcome>();
        var isTogether = true;
        while (true)
        {
            List<Outcome> due = [.. passedOver, .. known];
            var locked = isTogether && due.Count > 1 ? await RecordTogetherAsync(due) : null;

            // Where it failed once, the others' answers do not wait for another attempt.
            isTogether &= due.Count < 2 || locked is not null;

            // Whoever is changing a call, mostly because its carrier has reported already, is likely to be done by the next attempt.
            var again = locked?.Except(passedOver).ToList() ?? [];
            alone.AddRange((locked ?? due).Except(again).Select(RecordInTurnAsync));
            passedOver = again;
            if (asked.Count == 0 && passedOver.Count == 0)
            {
                break;
            }

            // A carrier that is silent about one call does not keep its answers to the others from being recorded.
            var untilNextAttempt = passedOver.Count > 0 ? s_untilNextAttempt : Timeout.InfiniteTimeSpan;
            await Task.WhenAny([.. asked, Task.Delay(untilNextAttempt, TimeProvider.System)]);
            var heard = asked.FindAll(question => question.IsCompleted);
            asked.RemoveAll(heard.Contains);
            known = [.. (await Task.WhenAll(heard)).OfType<Outcome>()];
        }

        await Task.WhenAll(alone);
    }

    /// <summary>
    /// Looks once more, as the last thing before the orders leave, which phones may ring. A call that may not leave ends here: because its
    /// number was entered into the ledger since the claim (whoever entered it waits for that: <see cref="LedgerWriter"/>), because the call
    /// was cancelled, or because the database cannot be asked.
    /// </summary>
    private async Task<IReadOnlyList<Outcome>> FindKeptBackAsync(IReadOnlyList<Call> claimed)
    {
        var ids = claimed.Select(call => call.Id).ToList();
        try
        {
            var now = await db.Calls
                .Where(call => ids.Contains(call.Id))
                .Select(call => new
                {
                    call.Id,
                    IsUnderWay = call.Status == CallStatus.Processing && call.SubmittedAt == null && call.HangUpReason == null,
                    IsOptedOut = db.Set<DoNotCallEntry>().InForce()
                        .Any(entry => entry.OrganizationId == call.OrganizationId && entry.CanonicalNumber == call.CanonicalTo),
                })
                .ToDictionaryAsync(call => call.Id);
            return
            [
                .. claimed.Where(call => now[call.Id] is not { IsUnderWay: true, IsOptedOut: false })
                    .Select(call => new Outcome(call, (row, at) => row.KeepBack(now[row.Id].IsOptedOut, at))),
            ];
        }
        catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure))
        {
            return [.. claimed.Select(call => Outcome.Of(call, SubmitResult.NotConnected))];
        }
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

    /// <summary>Records in one transaction what is known of several calls by now.</summary>
    /// <returns>What is left, of rows that somebody is changing; <c>null</c> when it failed, and nothing is recorded.</returns>
    private async Task<IReadOnlyList<Outcome>?> RecordTogetherAsync(IReadOnlyList<Outcome> outcomes)
    {
        var byCall = outcomes.ToDictionary(outcome => outcome.Claimed.Id);
        try
        {
            var now = clock.Now();
            var recorded = await db.MoveFreeCallsAsync(
                byCall.Keys, now, call => byCall[call.Id].Move(call, now), CancellationToken.None);
            return [.. outcomes.Where(outcome => !recorded.Contains(outcome.Claimed.Id))];
        }
#pragma warning disable CA1031 // Whatever it is, it is met again by the call that it is of, and told of there.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
        finally
        {
            // What is recorded next is decided on rows as they are then.
            db.Discard();
        }
    }

    private async Task RecordInTurnAsync(Outcome outcome)
    {
        await s_connections.WaitAsync();
        try
        {
            await parked.TryAsync(outcome.Claimed.Id.Value, () => RecordAloneAsync(outcome));
        }
        finally
        {
            s_connections.Release();
        }
    }

    /// <summary>
    /// Records what became of one call, again and again while the database is away, until the lease ends. A shutdown does not cancel this:
    /// what the carrier said of this call may be known here only.
    /// </summary>
    private async Task RecordAloneAsync(Outcome outcome)
    {
        await using var scope = scopes.CreateAsyncScope();
        var own = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
        while (true)
        {
            try
            {
                var now = clock.Now();
                await own.MoveCallAsync(outcome.Claimed.Id, now, call => outcome.Move(call, now), CancellationToken.None);
                return;
            }
            catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure) && clock.Now() < outcome.Claimed.LeasedUntil)
            {
                await Task.Delay(s_retryAfter, clock);
            }
        }
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
