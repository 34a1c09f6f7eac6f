using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Gives one claimed call to its carrier and records what came of it. The do-not-call ledger is asked once more as the last thing before
/// the order leaves. No transaction is open while the carrier is asked. When its answer is not heard, nothing is recorded: the lease runs
/// out, and <see cref="ReconcileCallsJob"/> asks.
/// </summary>
internal sealed class CallSubmission(ErzyCallDbContext db, Carriers carriers, IOptions<CallOptions> options, TimeProvider clock)
{
    /// <summary>The lease of a claimed call, within which nobody else touches it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_retryAfter = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(Call claimed)
    {
        try
        {
            if (await KeepBackAsync(claimed))
            {
                return;
            }
        }
        catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure))
        {
            await RecordAsync(claimed, SubmitResult.NotConnected);
            return;
        }

        // This process may have stood still between the claim and here. An order must not go out when somebody else may be asking about it
        // already; and nobody but the process that claimed a call ever offers it, so this one is known not to have rung.
        if (clock.Now() > claimed.LeasedUntil - s_patience)
        {
            await RecordAsync(claimed, SubmitResult.NotConnected);
            return;
        }

        var order = new CarrierOrder(
            claimed.Id,
            claimed.To,
            claimed.From,
            claimed.FirstMessage,
            claimed.AssistantConfigSnapshot,
            options.Value.MaxDuration);
        if (await carriers.AskAsync(claimed, s_patience, (carrier, cancelled) => carrier.PlaceAsync(order, cancelled)) is { } result)
        {
            await RecordAsync(claimed, result);
        }
    }

    /// <summary>
    /// Looks once more, as the last thing before the order leaves, whether the phone may ring. When it may not, the call ends here: because
    /// its number was entered into the ledger since the claim (whoever entered it waits for that: <see cref="LedgerWriter"/>), or because
    /// the call was cancelled.
    /// </summary>
    private async Task<bool> KeepBackAsync(Call claimed)
    {
        var now = await db.Calls
            .Where(call => call.Id == claimed.Id)
            .Select(call => new
            {
                IsUnderWay = call.Status == CallStatus.Processing && call.SubmittedAt == null && call.HangUpReason == null,
                IsOptedOut = db.Set<DoNotCallEntry>().InForce()
                    .Any(entry => entry.OrganizationId == call.OrganizationId && entry.CanonicalNumber == call.CanonicalTo),
            })
            .SingleAsync();
        if (now is { IsUnderWay: true, IsOptedOut: false })
        {
            return false;
        }

        await RecordAsync(claimed, (call, at) => call.KeepBack(now.IsOptedOut, at));
        return true;
    }

    private Task RecordAsync(Call claimed, SubmitResult result) => RecordAsync(claimed, (call, now) => Apply(result, call, now));

    /// <summary>
    /// Records what became of the order, again and again while the database is away, until the lease ends. A shutdown does not cancel this:
    /// what the carrier said of this call may be known here only.
    /// </summary>
    private async Task RecordAsync(Call claimed, Action<Call, DateTimeOffset> move)
    {
        while (true)
        {
            try
            {
                var now = clock.Now();
                await db.MoveCallAsync(claimed.Id, now, call => move(call, now), CancellationToken.None);
                return;
            }
            catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure) && clock.Now() < claimed.LeasedUntil)
            {
                db.ChangeTracker.Clear();
                await Task.Delay(s_retryAfter, clock);
            }
        }
    }

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
