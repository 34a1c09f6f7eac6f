using System.Diagnostics;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Tracing;
using ErzyCall.Api.Platform.Workers;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Gives claimed calls to their carriers, all at once, and records what came of each. The do-not-call ledger is asked once more as the last
/// thing before the orders leave. No transaction is open while carriers are asked. When a carrier's answer is not heard, nothing is
/// recorded: the lease runs out, and <see cref="ReconcileCallsJob"/> asks.
/// </summary>
internal sealed partial class CallSubmission(
    ErzyCallDbContext db,
    IServiceScopeFactory scopes,
    Carriers carriers,
    CallMetrics metrics,
    ParkedRows<CallDispatchJob> parked,
    IOptions<CallOptions> options,
    TimeProvider clock,
    ILogger<CallSubmission> logger)
{
    /// <summary>The lease of a claimed call, within which nobody else touches it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>The pause before a carrier that is busy is offered the call again, when it does not say how long it wants.</summary>
    private static readonly TimeSpan s_busyPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest time from the claim until a busy carrier is offered a call again: a step waits for that, and a server that stops waits
    /// for the step.
    /// </summary>
    private static readonly TimeSpan s_offeredAgainWithin = TimeSpan.FromSeconds(8);

    /// <summary>The longest time for which a carrier's wish to be left alone is heeded.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(15);

    /// <summary>The time for which calls wait for a carrier that could not be reached.</summary>
    private static readonly TimeSpan s_unreachedPause = TimeSpan.FromSeconds(10);

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
        var (lines, known) = await LookOnceMoreAsync(db, claimed);

        // The orders leave at once: between the look at the ledger and here nothing is waited for.
        var asked = claimed.Except(known.Select(outcome => outcome.Claimed)).Select(call => AskAsync(call, lines!.Of(call))).ToList();
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
    /// <returns>The lines of the calls, and the outcomes of those that may not leave; no lines when that is all of them.</returns>
    private static async Task<(CarrierLines? Lines, IReadOnlyList<Outcome> KeptBack)> LookOnceMoreAsync(
        ErzyCallDbContext db, IReadOnlyList<Call> claimed)
    {
        var ids = claimed.Select(call => call.Id).ToList();
        try
        {
            var lines = await CarrierLines.LoadAsync(db, claimed, CancellationToken.None);
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
            return (lines,
            [
                .. claimed.Where(call => now[call.Id] is not { IsUnderWay: true, IsOptedOut: false })
                    .Select(call => new Outcome(call, (row, at) => row.KeepBack(now[row.Id].IsOptedOut, at))),
            ]);
        }
        catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure))
        {
            return (null, [.. claimed.Select(call => Outcome.Of(call, new HandOver.NotSent()))]);
        }
    }

    /// <summary>
    /// Asks a call's carrier to place it. One that says that it is busy has certainly not placed it, and is asked once more after the time
    /// that it wants, when that is short.
    /// </summary>
    /// <returns>What came of it; <c>null</c> when no answer was heard.</returns>
    private async Task<Outcome?> AskAsync(Call claimed, CarrierLine line)
    {
        using var span = Spans.Continue("dial call", ActivityKind.Internal, claimed.TraceParent);
        span?.SetTag("erzycall.call.id", claimed.Id.ToString());
        var handOver = await PlaceAsync(claimed, line);
        if (handOver is HandOver.Refused { Refusal: { Kind: RefusalKind.Busy } busy })
        {
            var pause = PauseAfter(busy);
            await PauseAccountAsync(line, pause);
            if (clock.Now() + pause <= claimed.StartedAt + s_offeredAgainWithin)
            {
                await Task.Delay(pause, clock);
                await using var scope = scopes.CreateAsyncScope();
                var own = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
                if ((await LookOnceMoreAsync(own, [claimed])).KeptBack is [var keptBack])
                {
                    return keptBack;
                }

                handOver = await PlaceAsync(claimed, line);
            }
        }

        switch (handOver)
        {
            case HandOver.Refused { Refusal: { Kind: RefusalKind.Account } refusal } when line.Account is { } account:
                Log.AccountRefused(logger, account.Id.ToString(), refusal.Code, refusal.Message);
                await TellAccountAsync(db => db.StopAccountAsync(account.Id, refusal.Failure));
                break;

            // The others wait for it, instead of each failing in its turn.
            case HandOver.NotSent:
                await PauseAccountAsync(line, s_unreachedPause);
                break;
        }

        metrics.Ordered(claimed.Carrier!, handOver);
        return handOver is null ? null : Outcome.Of(claimed, handOver);
    }

    private static TimeSpan PauseAfter(CarrierRefusal busy)
    {
        var wanted = busy.RetryAfter ?? s_busyPause;
        return wanted < TimeSpan.Zero ? TimeSpan.Zero : wanted < s_longestPause ? wanted : s_longestPause;
    }

    private async Task<HandOver?> PlaceAsync(Call claimed, CarrierLine line)
    {
        // This process may have stood still between the claim and here. An order must not go out when somebody else may be asking about it
        // already; and nobody but the process that claimed a call ever offers it, so this one is known not to have rung.
        return clock.Now() > LastOrderAt(claimed)
            ? new HandOver.NotSent()
            : await carriers.AskAsync(
                claimed.Carrier!, claimed.Id, s_patience, (carrier, cancelled) => carrier.PlaceAsync(OrderOf(claimed, line), cancelled));
    }

    /// <summary>The last moment at which a call may be ordered, so that the carrier's answer is heard within the lease.</summary>
    private static DateTimeOffset LastOrderAt(Call claimed) => claimed.StartedAt!.Value + Lease - s_patience;

    private CarrierOrder OrderOf(Call claimed, CarrierLine line) => new(
        claimed.Id,
        line,
        claimed.To,
        claimed.From,
        claimed.FirstMessage,
        claimed.AssistantConfigSnapshot,
        claimed.Script!.Content.Features,
        options.Value.MaxDuration);

    private Task PauseAccountAsync(CarrierLine line, TimeSpan pause) => line.Account is { } account
        ? TellAccountAsync(db => db.PauseAccountAsync(account.Id, clock.Now() + pause))
        : Task.CompletedTask;

    /// <summary>Records what is known of an account now. When it cannot be recorded, the next order learns the same.</summary>
    private async Task TellAccountAsync(Func<ErzyCallDbContext, Task> change)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            await change(scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>());
        }
        catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure))
        {
        }
    }

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
                await (outcome.Report is { } report
                    ? scope.ServiceProvider.GetRequiredService<CarrierReports>().TakeAsync(report, CancellationToken.None)
                    : own.MoveCallAsync(outcome.Claimed.Id, now, call => outcome.Move(call, now), CancellationToken.None));
                return;
            }
            catch (Exception failure) when (DatabaseFailure.IsUnreachable(failure) && clock.Now() < outcome.Claimed.StartedAt + Lease)
            {
                await Task.Delay(s_retryAfter, clock);
            }
        }
    }

    /// <param name="Move">What becomes of the call's row. <c>false</c> when the report has to be taken by itself.</param>
    private sealed record Outcome(Call Claimed, Func<Call, DateTimeOffset, bool> Move)
    {
        /// <summary>What the carrier said, when it has taken the call: its first word about it.</summary>
        public CarrierReport? Report { get; private init; }

        public static Outcome Of(Call claimed, HandOver handOver)
        {
            switch (handOver)
            {
                case HandOver.Accepted accepted:
                    var report = new CarrierReport(claimed.Id)
                    {
                        CarrierCallId = accepted.CarrierCallId,
                        Control = accepted.Control,
                        IsAnswerToOrder = true,
                    };
                    return new Outcome(claimed, (row, now) => report.Move(row, TimeSpan.Zero, now)) { Report = report };

                case HandOver.Refused { Refusal: { Kind: RefusalKind.Call } refusal }:
                    return new Outcome(claimed, (row, now) => row.Refuse(EndedReason.CarrierRejected, refusal.Failure, now));

                case HandOver.Refused { Refusal: var refusal }:
                    return new Outcome(claimed, (row, now) => row.Refuse(EndedReason.CarrierFailedToConnect, refusal.Failure, now));

                case HandOver.NotSent { Why: var why }:
                    return new Outcome(
                        claimed,
                        (row, now) => row.Refuse(
                            EndedReason.CarrierFailedToConnect, why is null ? null : CarrierFailure.Of(why.Code, why.Message), now));

                default:
                    throw new InvalidOperationException($"{handOver} is no answer to an order.");
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Error, "The carrier refuses the account {CarrierAccount}, and no more calls are made with it: {Code} {Message}")]
        public static partial void AccountRefused(ILogger logger, string carrierAccount, string code, string message);
    }
}
