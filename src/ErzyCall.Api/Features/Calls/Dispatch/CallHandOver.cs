using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Gives one claimed call to its carrier and records what came of it. No transaction is open while the carrier is asked. When its answer is not
/// heard nothing is recorded: the lease runs out, and <see cref="LostHandOverJob"/> asks.
/// </summary>
internal sealed class CallHandOver(ErzyCallDbContext db, Carriers carriers, IOptions<CallOptions> options, TimeProvider clock)
{
    /// <summary>How long a claimed call is nobody else's business.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_retryAfter = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(Call claimed)
    {
        // This process may have stood still between the claim and here. An order must not go out when somebody else may be asking about it already;
        // and nobody but the process that claimed a call ever offers it, so this one is known not to have rung.
        if (clock.Now() > claimed.LeasedUntil - s_patience)
        {
            await RecordAsync(claimed, HandOverResult.NotConnected);
            return;
        }

        var order = new CarrierOrder(claimed.Id, claimed.To, claimed.From, claimed.FirstMessage, claimed.AssistantConfigSnapshot, options.Value.MaxDuration);
        if (await carriers.AskAsync(claimed, s_patience, (carrier, cancelled) => carrier.PlaceAsync(order, cancelled)) is { } result)
        {
            var call = await RecordAsync(claimed, result);
            if (result is HandOverResult.Accepted && call is { IsFinal: true, HandedOverAt: null })
            {
                // It was given up while the order was under way: a phone must not go on ringing for a call that is over.
                await carriers.AskAsync(claimed, s_patience, (carrier, cancelled) => carrier.HangUpAsync(claimed.Id, cancelled));
            }
        }
    }

    /// <summary>
    /// Records what the carrier answered; while the database is away again and again, until the lease ends. Not cancelled by a shutdown. What the
    /// carrier said of this call may be known here only.
    /// </summary>
    private async Task<Call?> RecordAsync(Call claimed, HandOverResult result)
    {
        while (true)
        {
            try
            {
                var now = clock.Now();
                return await db.MoveCallAsync(claimed.Id, now, call => Apply(result, call, now), CancellationToken.None);
            }
            catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure) && clock.Now() < claimed.LeasedUntil)
            {
                db.ChangeTracker.Clear();
                await Task.Delay(s_retryAfter, clock);
            }
        }
    }

    private static void Apply(HandOverResult result, Call call, DateTimeOffset now)
    {
        switch (result)
        {
            case HandOverResult.Rejected:
                call.Fail(EndedReason.CarrierRejected, now);
                break;
            case HandOverResult.NotConnected:
                call.Fail(EndedReason.CarrierFailedToConnect, now);
                break;
            default:
                call.HandOver(now);
                break;
        }
    }
}
