using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch.Simulation;

/// <summary>
/// Takes the orders of the simulated carrier. Those that come while others are being dialled are dialled together: each is answered once it
/// is on record.
/// </summary>
internal sealed class SimulatedExchange(
    IServiceScopeFactory scopes, DialJournal journal, IOptions<SimulatorOptions> options, TimeProvider clock)
{
    /// <summary>The most orders that are dialled together.</summary>
    private const int BatchSize = 200;

    /// <summary>
    /// The longest time that an order waits for others before it is refused: less than whoever enters a number into the do-not-call ledger
    /// waits for the calls that are on their way to it.
    /// </summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(4);

    private static readonly CarrierRefusal s_refusal =
        new(RefusalKind.Call, "refused", "The simulated carrier refuses numbers that end in 0006");

    private readonly Lock _gate = new();

    private readonly List<Waiting> _waiting = [];

    private bool _isDialling;

    /// <summary>Takes an order, and answers once it is on record; what fails may be on record all the same.</summary>
    /// <param name="cancellationToken">
    /// Says that whoever gave the order has given it up, and may conclude soon that nothing has rung: it must not be put on record any
    /// more.
    /// </param>
    public Task<HandOver> TakeAsync(CarrierOrder order, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(
            order,
            clock.GetTimestamp(),
            new TaskCompletionSource<HandOver>(TaskCreationOptions.RunContinuationsAsynchronously),
            cancellationToken);
        lock (_gate)
        {
            _waiting.Add(waiting);
            if (!_isDialling)
            {
                _isDialling = true;
                _ = Task.Run(DialAllAsync, CancellationToken.None);
            }
        }

        return waiting.Answer.Task;
    }

    private async Task DialAllAsync()
    {
        while (TakeBatch() is { Count: > 0 } batch)
        {
            foreach (var late in batch.Where(IsLate))
            {
                late.Answer.TrySetResult(new HandOver.NotSent());
            }

            batch.RemoveAll(waiting => waiting.Answer.Task.IsCompleted);
            try
            {
                await DialAsync(batch);
            }
#pragma warning disable CA1031 // Whatever it is, it is what became of these orders; others may be on record all the same.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                batch.ForEach(waiting => waiting.Answer.TrySetException(failure));
            }
        }
    }

    private bool IsLate(Waiting waiting) =>
        waiting.GivenUp.IsCancellationRequested || clock.GetElapsedTime(waiting.Since) > s_longestWait;

    private List<Waiting> TakeBatch()
    {
        lock (_gate)
        {
            var batch = _waiting[..Math.Min(_waiting.Count, BatchSize)];
            _waiting.RemoveRange(0, batch.Count);
            _isDialling = batch.Count > 0;
            return batch;
        }
    }

    private async Task DialAsync(IReadOnlyList<Waiting> batch)
    {
        await journal.AppendAsync([.. batch.Select(waiting => waiting.Order)], CancellationToken.None);
        foreach (var refused in batch.Where(waiting => waiting.Script.IsRefused))
        {
            refused.Answer.TrySetResult(new HandOver.Refused(s_refusal));
        }

        var ringing = batch.Where(waiting => !waiting.Script.IsRefused).ToList();
        if (ringing.Count == 0)
        {
            return;
        }

        try
        {
            using var givenUp = CancellationTokenSource.CreateLinkedTokenSource([.. ringing.Select(waiting => waiting.GivenUp)]);
            await RecordAsync(ringing, givenUp.Token);
        }
#pragma warning disable CA1031 // One that is given up, or cannot be recorded, takes no other with it.
        catch (Exception) when (ringing.Count > 1)
#pragma warning restore CA1031
        {
            await Task.WhenAll(ringing.Select(RecordAloneAsync));
        }

        ringing.ForEach(waiting => waiting.Answer.TrySetResult(
            new HandOver.Accepted(SimulatedCarrier.IdOf(waiting.Order.Call))));
    }

    private async Task RecordAloneAsync(Waiting waiting)
    {
        try
        {
            await RecordAsync([waiting], waiting.GivenUp);
        }
#pragma warning disable CA1031 // Whatever it is, it is what became of this order.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            waiting.Answer.TrySetException(failure);
        }
    }

    /// <summary>Puts orders on record; those that are there already stay as they are.</summary>
    private async Task RecordAsync(List<Waiting> orders, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var calls = orders.ConvertAll(waiting => waiting.Order.Call.Value);
        var to = orders.ConvertAll(waiting => waiting.Order.To);
        var messages = orders.ConvertAll(waiting => waiting.Order.FirstMessage);
        var next = orders.ConvertAll(
            waiting => waiting.Script.IsSilent ? null : (DateTimeOffset?)(now + options.Value.Scale(waiting.Script.Rings)));
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
        db.Announce("simulated_calls");
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO simulated_calls (call_id, "to", first_message, state, next_step_at)
             SELECT call_id, number, first_message, {nameof(SimulatedState.Ringing)}, next_step_at
             FROM unnest({calls}, {to}, {messages}, {next}) AS ordered (call_id, number, first_message, next_step_at)
             ON CONFLICT DO NOTHING
             """,
            cancellationToken);
    }

    /// <param name="Since">The time stamp at which the order came.</param>
    private sealed record Waiting(
        CarrierOrder Order, long Since, TaskCompletionSource<HandOver> Answer, CancellationToken GivenUp)
    {
        public SimulatedScript Script { get; } = SimulatedScript.For(Order.To);
    }
}
