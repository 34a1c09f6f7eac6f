using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>Tells carriers to hang up the calls that were cancelled while they were being dialled or talked on; again and again until they hear it.</summary>
internal sealed partial class HangUpJob(ErzyCallDbContext db, Carriers carriers, TimeProvider clock, ILogger<HangUpJob> logger) : IJob
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(10);

    /// <summary>Below the lease, so that one worker at a time tells.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>How long the carrier's report, which brings the transcript, is waited for before the call is ended without it.</summary>
    private static readonly TimeSpan s_reportGrace = TimeSpan.FromSeconds(30);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var leased = await db.LeaseCallAsync(
            $"""
             SELECT * FROM calls
             WHERE status = 'processing' AND cancel_requested_at IS NOT NULL AND handed_over_at IS NOT NULL AND hang_up_sent_at IS NULL
               AND (leased_until IS NULL OR leased_until <= {now})
             ORDER BY cancel_requested_at LIMIT 1 FOR UPDATE SKIP LOCKED
             """,
            s_lease,
            now,
            cancellationToken);
        if (leased is null)
        {
            return false;
        }

        if (await HangUpAsync(leased, cancellationToken))
        {
            await RecordAsync(leased, cancellationToken);
        }

        return true;
    }

    private async Task<bool> HangUpAsync(Call call, CancellationToken cancellationToken)
    {
        try
        {
            return carriers.Find(call.Carrier) is { } carrier
                && await CarrierPatience.ListenAsync(stop => carrier.HangUpAsync(call.Id, stop), s_patience, clock, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever a carrier throws means that it may not have heard.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.NotHeard(logger, call.Id.ToString(), call.Carrier, failure);
            return false;
        }
    }

    private async Task RecordAsync(Call leased, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        db.ChangeTracker.Clear();
        var call = (await db.Calls.LockAsync(leased.Id, cancellationToken))!;
        call.HangUpSent(s_reportGrace, clock.Now());
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Carrier} could not be told to hang up {Call}; it will be told again")]
        public static partial void NotHeard(ILogger logger, string call, string? carrier, Exception exception);
    }
}
