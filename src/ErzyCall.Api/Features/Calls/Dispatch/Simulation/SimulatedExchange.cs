using ErzyCall.Api.Features.Simulation;
using ErzyCall.Api.Platform.Time;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.Calls.Dispatch.Simulation;

/// <summary>
/// Takes the orders of the simulated carrier. Those that come while others are being written are written together: each is answered once it
/// is on record.
/// </summary>
internal sealed class SimulatedExchange(
    IServiceScopeFactory scopes, DialJournal journal, IOptions<SimulatorOptions> options, TimeProvider clock)
{
    /// <summary>The most orders that are written together.</summary>
    private const int BatchSize = 200;

    private readonly Lock _gate = new();

    private readonly List<Waiting> _waiting = [];

    private bool _isWriting;

    /// <summary>Takes an order, and answers once it is on record; what fails may be on record all the same.</summary>
    /// <param name="cancellationToken">
    /// Says that whoever gave the order has given it up, and may conclude soon that nothing has rung: it must not be put on record any more.
    /// </param>
    public Task TakeAsync(CarrierOrder order, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(
            order, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), cancellationToken);
        lock (_gate)
        {
            _waiting.Add(waiting);
            if (!_isWriting)
            {
                _isWriting = true;
                _ = Task.Run(WriteAllAsync, CancellationToken.None);
            }
        }

        return waiting.Answer.Task;
    }

    private async Task WriteAllAsync()
    {
        while (TakeBatch() is { Count: > 0 } batch)
        {
            foreach (var waiting in batch.Where(waiting => waiting.GivenUp.IsCancellationRequested))
            {
                waiting.Answer.SetCanceled(waiting.GivenUp);
            }

            batch.RemoveAll(waiting => waiting.Answer.Task.IsCompleted);
            try
            {
                await WriteAsync(batch);
                batch.ForEach(waiting => waiting.Answer.SetResult());
            }
#pragma warning disable CA1031 // Whatever it is, it is what became of these orders; others may be on record all the same.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                batch.ForEach(waiting => waiting.Answer.SetException(failure));
            }
        }
    }

    private List<Waiting> TakeBatch()
    {
        lock (_gate)
        {
            var batch = _waiting[..Math.Min(_waiting.Count, BatchSize)];
            _waiting.RemoveRange(0, batch.Count);
            _isWriting = batch.Count > 0;
            return batch;
        }
    }

    private async Task WriteAsync(IReadOnlyList<Waiting> batch)
    {
        // One that is given up meanwhile takes the others with it: they have failed, and whoever gave them asks what became of them.
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource([.. batch.Select(waiting => waiting.GivenUp)]);
        await journal.AppendAsync([.. batch.Select(waiting => waiting.Order)], givenUp.Token);
        var accepted = batch
            .Select(waiting => (waiting.Order, Script: SimulatedScript.For(waiting.Order.To)))
            .Where(order => !order.Script.IsRefused)
            .ToList();
        if (accepted.Count == 0)
        {
            return;
        }

        var now = clock.Now();
        var calls = accepted.ConvertAll(accept => accept.Order.Call.Value);
        var to = accepted.ConvertAll(accept => accept.Order.To);
        var messages = accepted.ConvertAll(accept => accept.Order.FirstMessage);
        var next = accepted.ConvertAll(
            accept => accept.Script.IsSilent ? null : (DateTimeOffset?)(now + options.Value.Scale(accept.Script.Rings)));
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ErzyCallDbContext>();
        db.Announce("simulated_calls");
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO simulated_calls (call_id, "to", first_message, state, next_step_at)
             SELECT call_id, number, first_message, {nameof(SimulatedState.Ringing)}, next_step_at
             FROM unnest({calls}, {to}, {messages}, {next}) AS ordered (call_id, number, first_message, next_step_at)
             """,
            givenUp.Token);
    }

    private sealed record Waiting(CarrierOrder Order, TaskCompletionSource Answer, CancellationToken GivenUp);
}
