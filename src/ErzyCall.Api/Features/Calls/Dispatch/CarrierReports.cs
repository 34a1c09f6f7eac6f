using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Takes what carriers report. Each report is complete in itself, so it may come twice, late or before the one that should precede it: the
/// first final word counts, and whatever comes after it adds what is missing and changes nothing. Whoever takes a report knows that it is
/// the carrier's.
/// </summary>
internal sealed partial class CarrierReports(
    ErzyCallDbContext db,
    Carriers carriers,
    LedgerWriter ledger,
    CallMetrics metrics,
    TimeProvider clock,
    ILogger<CarrierReports> logger)
{
    public Task TakeAsync(CarrierReport report, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        return db.MoveCallAsync(
            report.Call,
            now,
            async call =>
            {
                var isFenced = call is { IsFinal: true, StartedAt: not null } && report.IsUp;
                if (!report.Move(call, carriers.ReportsWithin(call), now))
                {
                    if (await IsOfAnotherAsync(call, report, cancellationToken))
                    {
                        Log.OfAnother(logger, call.Id.ToString(), report.CarrierCallId);
                        return;
                    }

                    isFenced = report.IsOpen;
                    await db.FindStrayAsync(call, report, now, cancellationToken);
                }

                if (isFenced)
                {
                    metrics.Fenced(call.Carrier!);
                    Log.Fenced(logger, call.Id.ToString(), report.CarrierCallId);
                }

                if (report is { StopsAccount: true, Outcome.Failure: { } failure } && call.CarrierAccountId is { } account)
                {
                    Log.AccountStopped(logger, account.ToString(), failure.Code);
                    await db.StopAccountAsync(account, failure);
                }

                // This is heeded also when the report comes too late for the call: somebody has asked not to be called again.
                if (report.AsksNotToBeCalled)
                {
                    await ledger.EnterAsync(
                        call.OrganizationId,
                        call.To,
                        "Asked not to be called again",
                        DoNotCallSource.Call,
                        call.ContactId,
                        now,
                        cancellationToken);
                }
            },
            cancellationToken);
    }

    /// <summary>
    /// Whether what a report names is another call of ours: then the report came to the wrong address, and nothing rings twice.
    /// </summary>
    private async Task<bool> IsOfAnotherAsync(Call call, CarrierReport report, CancellationToken cancellationToken) =>
        call.CarrierAccountId is { } account
        && await db.Calls.AnyAsync(
            other => other.CarrierAccountId == account && other.CarrierCallId == report.CarrierCallId && other.Id != call.Id,
            cancellationToken);

    /// <summary>
    /// Takes, in one transaction, reports that have come together, each of another call. Passed over are those by which somebody asks not
    /// to be called again, and those of calls that somebody else is changing at this moment.
    /// </summary>
    /// <returns>The calls whose reports were taken.</returns>
    public Task<IReadOnlySet<Id<Call>>> TakeTogetherAsync(IEnumerable<CarrierReport> reports, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var byCall = reports.Where(report => !report.AsksNotToBeCalled).ToDictionary(report => report.Call);
        return db.MoveFreeCallsAsync(
            byCall.Keys, now, call => byCall[call.Id].Move(call, carriers.ReportsWithin(call), now), cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Warning, "A report about {Call} names {CarrierCallId}, which is another call's, and is left out")]
        public static partial void OfAnother(ILogger logger, string call, string? carrierCallId);

        [LoggerMessage(2, LogLevel.Error, "No more calls are made with the account {CarrierAccount}: its carrier says {Code}")]
        public static partial void AccountStopped(ILogger logger, string carrierAccount, string code);

        [LoggerMessage(1, LogLevel.Warning, "{Call} is over or rings a second time: the carrier is told to hang up {CarrierCallId}")]
        public static partial void Fenced(ILogger logger, string call, string? carrierCallId);
    }
}
