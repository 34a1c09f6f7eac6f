using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Gives one claimed call to its carrier and records what came of it. No transaction is open while the carrier is asked. When its answer is not
/// heard nothing is recorded: the lease runs out, and <see cref="LostHandOverJob"/> asks.
/// </summary>
internal sealed partial class CallHandOver(
    ErzyCallDbContext db, Carriers carriers, IOptions<CallOptions> options, TimeProvider clock, ILogger<CallHandOver> logger)
{
    /// <summary>How long a claimed call is nobody else's business.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>A carrier that takes longer to accept a call is taken for silent. Well below the lease, so that nobody asks while the order may be under way.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public async Task RunAsync(Call claimed, CancellationToken cancellationToken)
    {
        // This process may have been stopped between the claim and here; the order must not go out when somebody else may be asking about it already.
        if (clock.Now() > claimed.LeasedUntil - s_patience)
        {
            return;
        }

        if (await PlaceAsync(claimed, cancellationToken) is { } result)
        {
            await RecordAsync(claimed, result);
        }
    }

    private async Task<HandOverResult?> PlaceAsync(Call call, CancellationToken cancellationToken)
    {
        if (carriers.Find(call.Carrier) is not { } carrier)
        {
            Log.NoCarrier(logger, call.Id.ToString(), call.Carrier);
            return HandOverResult.NotConnected;
        }

        try
        {
            var order = new CarrierOrder(call.Id, call.To, call.From, call.FirstMessage, call.AssistantConfigSnapshot, options.Value.MaxDuration);
            return await CarrierPatience.ListenAsync(stop => carrier.PlaceAsync(order, stop), s_patience, clock, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever a carrier throws, the phone may be ringing: that is the one thing to conclude from it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.NoAnswer(logger, call.Id.ToString(), carrier.Name, failure);
            return null;
        }
    }

    // Not cancelled by a shutdown: the carrier has answered, and the answer would be lost.
    private async Task RecordAsync(Call claimed, HandOverResult result)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        var call = (await db.Calls.LockAsync(claimed.Id, CancellationToken.None))!;
        var failed = result switch
        {
            HandOverResult.Rejected => call.Fail(EndedReason.CarrierRejected, now),
            HandOverResult.NotConnected => call.Fail(EndedReason.CarrierFailedToConnect, now),
            _ => false,
        };
        if (failed)
        {
            db.AddEventOf(call, now);
        }
        else
        {
            call.HandOver(now);
        }

        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Call} cannot be dialled: this server has no carrier '{Carrier}'")]
        public static partial void NoCarrier(ILogger logger, string call, string? carrier);

        [LoggerMessage(2, LogLevel.Warning, "{Call} was given to {Carrier}, which did not answer; it will be asked")]
        public static partial void NoAnswer(ILogger logger, string call, string carrier, Exception exception);
    }
}
