using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Finds calls whose hand-over was never recorded, because a process died or the carrier did not answer, and asks the carrier by our own
/// reference. A call that it knows goes on; one that it does not ends as <c>dispatch-unknown</c>, for its order may still be under way. While the
/// carrier cannot be asked it is asked again, until the call's deadline.
/// </summary>
internal sealed partial class LostHandOverJob(ErzyCallDbContext db, Carriers carriers, TimeProvider clock, ILogger<LostHandOverJob> logger) : IJob
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(30);

    /// <summary>Below the lease, so that one worker at a time asks.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(5);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (await LeaseAsync(cancellationToken) is not { } lost)
        {
            return false;
        }

        if (await AskAsync(lost, cancellationToken) is { } known)
        {
            await RecordAsync(lost, known, cancellationToken);
        }

        return true;
    }

    private Task<Call?> LeaseAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return db.LeaseCallAsync(
            $"SELECT * FROM calls WHERE status = 'processing' AND handed_over_at IS NULL AND leased_until <= {now} ORDER BY leased_until LIMIT 1 FOR UPDATE SKIP LOCKED",
            s_lease,
            now,
            cancellationToken);
    }

    private async Task<bool?> AskAsync(Call call, CancellationToken cancellationToken)
    {
        try
        {
            return carriers.Find(call.Carrier) is { } carrier
                && await CarrierPatience.ListenAsync(stop => carrier.KnowsAsync(call.Id, stop), s_patience, clock, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever a carrier throws means that it could not be asked.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.CannotAsk(logger, call.Id.ToString(), call.Carrier, failure);
            return null;
        }
    }

    private async Task RecordAsync(Call lost, bool known, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        db.ChangeTracker.Clear();
        var call = (await db.Calls.LockAsync(lost.Id, cancellationToken))!;
        if (call.HandedOverAt is null && !call.IsFinal)
        {
            if (known)
            {
                call.HandOver(now);
            }
            else
            {
                call.Fail(EndedReason.DispatchUnknown, now);
                db.AddEventOf(call, now);
            }

            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Carrier} cannot be asked about {Call}")]
        public static partial void CannotAsk(ILogger logger, string call, string? carrier, Exception exception);
    }
}
