using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>Ends every call whose deadline has passed, so that none is ever left without an outcome.</summary>
internal sealed class CallDeadlineJob(ErzyCallDbContext db, TimeProvider clock) : IJob
{
    private const int BatchSize = 50;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var late = await db.Calls
            .FromSql(
                $"""
                 SELECT * FROM calls
                 WHERE status IN ('new', 'scheduled', 'processing') AND deadline_at <= {now}
                 ORDER BY deadline_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED
                 """)
            .ToListAsync(cancellationToken);
        foreach (var call in late)
        {
            if (!call.EndHungUp(now))
            {
                call.Fail(ReasonFor(call), now);
            }

            db.AddEventOf(call, now);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return late.Count == BatchSize;
    }

    private static EndedReason ReasonFor(Call call) => call switch
    {
        { Status: CallStatus.New or CallStatus.Scheduled } => EndedReason.NotDispatchedInTime,
        { HandedOverAt: null } => EndedReason.DispatchUnknown,
        _ => EndedReason.NeverReported,
    };
}
