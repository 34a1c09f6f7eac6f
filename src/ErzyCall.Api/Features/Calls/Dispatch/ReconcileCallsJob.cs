using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Asks carriers about calls of which nothing has been heard for a while: those whose submission was never recorded, because a process died
/// or the carrier did not answer; those whose report may have been lost; and, for the last time, those whose deadline has come. What the
/// carrier tells is taken as if it had reported it. While a carrier cannot be asked it is asked again, until the call's deadline.
/// </summary>
internal sealed partial class ReconcileCallsJob(
    ErzyCallDbContext db,
    Carriers carriers,
    CarrierReports reports,
    CallMetrics metrics,
    ParkedRows<ReconcileCallsJob> parked,
    TimeProvider clock,
    ILogger<ReconcileCallsJob> logger) : IJob
{
    /// <summary>The most calls that a step asks about: all at once, so that a carrier that hangs costs the step once.</summary>
    private const int BatchSize = 20;

    /// <summary>The time for which nobody else asks about a call: longer than the two questions of a step may take.</summary>
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    /// <summary>A carrier that hangs holds up one step, and the others go on.</summary>
    public static int Loops => 2;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await LeaseAsync(clock.Now(), cancellationToken);
        if (due.Count == 0)
        {
            return false;
        }

        var lines = await CarrierLines.LoadAsync(db, due, cancellationToken);
        var asked = await Task.WhenAll(due.Select(call => AskAsync(call, lines.About(call))));
        foreach (var answer in asked)
        {
            await parked.TryAsync(answer.Call.Id.Value, () => RecordAsync(answer, cancellationToken));
            db.Discard();
        }

        return true;
    }

    private async Task<List<Call>> LeaseAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var due = await db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT id FROM calls WHERE status = 'processing' AND next_look_at <= {now} AND id <> ALL ({parked.Ids})
                 ORDER BY next_look_at LIMIT {BatchSize} FOR UPDATE SKIP LOCKED
                 """)
            .ToListAsync(cancellationToken);
        var leased = await parked.EachAsync(
            db,
            due,
            ids => db.Calls
                .FromSql($"UPDATE calls SET next_look_at = {now + s_lease} WHERE id = ANY ({ids}) RETURNING *")
                .AsNoTracking()
                .ToListAsync(cancellationToken),
            isAllWork: false);
        await transaction.CommitAsync(cancellationToken);
        return leased;
    }

    private async Task<Answer> AskAsync(Call call, CarrierQuestion question)
    {
        // At its deadline a call is hung up first, so that what is told of it then is the end.
        var isLate = clock.Now() >= call.DeadlineAt && call is { SubmittedAt: not null, LineFreeAt: null, HangUpSentAt: null };
        var isHungUp = isLate && await carriers.HangUpAsync(call.Carrier!, question);
        var sighting = await carriers.AskAsync(
            call.Carrier!, call.Id, s_patience, (carrier, cancelled) => carrier.LookUpAsync(question, cancelled));
        metrics.LookedUp(call.Carrier!, sighting);
        return new Answer(call, sighting, isHungUp);
    }

    private async Task RecordAsync(Answer answer, CancellationToken cancellationToken)
    {
        var sighting = answer.Sighting;
        foreach (var report in sighting is Sighting.Seen seen ? seen.Reports : [])
        {
            if (!await TryTakeAsync(report, cancellationToken))
            {
                // What cannot be taken says nothing; the call ends in time all the same.
                sighting = new Sighting.NotListed();
            }
        }

        var now = clock.Now();
        await db.MoveCallAsync(answer.Call.Id, now, call => call.LookedUp(sighting, answer.IsHungUp, now), cancellationToken);
    }

    private async Task<bool> TryTakeAsync(CarrierReport report, CancellationToken cancellationToken)
    {
        try
        {
            await reports.TakeAsync(report, cancellationToken);
            return true;
        }
#pragma warning disable CA1031 // Whatever a carrier tells that cannot be stored, it must not keep the call from its end.
        catch (Exception failure) when (!DatabaseFailure.IsOutage(failure) && failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Log.NotTaken(logger, report.Call.ToString(), failure);
            return false;
        }
        finally
        {
            db.Discard();
        }
    }

    /// <param name="Sighting">What the carrier said; <c>null</c> when it said nothing.</param>
    /// <param name="IsHungUp">Whether the carrier has heard that it is to hang up.</param>
    private sealed record Answer(Call Call, Sighting? Sighting, bool IsHungUp);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "What the carrier tells of {Call} cannot be taken")]
        public static partial void NotTaken(ILogger logger, string call, Exception exception);
    }
}
