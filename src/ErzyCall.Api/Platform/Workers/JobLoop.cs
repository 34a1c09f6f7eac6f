using ErzyCall.Api.Platform.Observability;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Platform.Workers;

/// <summary>Runs one kind of job until the server stops: at once while there is more, else when woken or after its poll interval.</summary>
internal sealed partial class JobLoop<TJob>(
    IServiceScopeFactory scopes, WorkSignal signal, IOptions<WorkerOptions> options, ServerMetrics metrics, TimeProvider clock, ILogger<TJob> logger) : BackgroundService
    where TJob : class, IJob
{
    /// <summary>Longer than any restart of a database that is worth polling for, short enough not to be noticed after it.</summary>
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.Enabled
            ? Task.WhenAll(Enumerable.Range(0, TJob.Loops).Select(loop => LoopAsync(signal.Subscribe(loop == 0 ? TJob.WokenBy : []), stoppingToken)))
            : Task.CompletedTask;

    /// <param name="signals">One loop a job is woken: what it cannot do alone the others find when they look.</param>
    private async Task LoopAsync(WorkSubscription signals, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Asked for before the step looks, so that a wake-up during the step is not lost.
                var woken = signals.NextAsync();
                if (!await RunOnceAsync(stoppingToken))
                {
                    await SleepAsync(woken, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A job outlives whatever one step runs into; the step's transaction has been rolled back and its leases expire.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                metrics.JobFailed(typeof(TJob).Name);
                Log.StepFailed(logger, typeof(TJob).Name, failure);
                await Task.Delay(s_pauseAfterFailure, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SleepAsync(Task woken, CancellationToken stoppingToken)
    {
        // The timer ends with the sleep: those of a job that is woken often would pile up.
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAny(woken, Task.Delay(TJob.PollInterval, clock, awake.Token));
        await awake.CancelAsync();
    }

    private async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TJob>().RunOnceAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Job} failed; it goes on in a second")]
        public static partial void StepFailed(ILogger logger, string job, Exception exception);
    }
}
