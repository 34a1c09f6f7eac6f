using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Observability;
using ErzyCall.Api.Platform.Persistence;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Platform.Workers;

/// <summary>Runs one kind of job until the server stops: at once while there is more, else when woken or after its poll interval.</summary>
internal sealed partial class JobLoop<TJob>(
    IServiceScopeFactory scopes,
    WorkSignal signal,
    DatabaseState database,
    IOptions<WorkerOptions> options,
    IHostApplicationLifetime lifetime,
    ServerMetrics metrics,
    TimeProvider clock,
    ILogger<TJob> logger) : BackgroundService
    where TJob : class, IJob
{
    /// <summary>Longer than any restart of a database that is worth polling for, short enough not to be noticed after it.</summary>
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Enabled)
        {
            // From the moment that the server is told to stop nothing new is begun: what is under way has the time that requests take to finish as well.
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, TJob.FinishesWhileStopping ? CancellationToken.None : lifetime.ApplicationStopping);
            await Task.WhenAll(Enumerable.Range(0, TJob.Loops).Select(loop => LoopAsync(signal.Subscribe(loop == 0 ? TJob.WokenBy : []), stopping.Token)));
        }
    }

    /// <param name="signals">One loop a job is woken: what it cannot do alone the others find when they look.</param>
    private async Task LoopAsync(WorkSubscription signals, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // Asked for before the step looks, so that a wake-up during the step is not lost.
                var woken = signals.NextAsync();
                if (!await RunOnceAsync())
                {
                    await SleepAsync(woken, stopping);
                }
            }
#pragma warning disable CA1031 // A job outlives whatever one step runs into; the step's transaction has been rolled back and its leases expire.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                metrics.JobFailed(typeof(TJob).Name);
                if (DatabaseFailure.IsOutage(failure))
                {
                    database.Failed(failure);
                }
                else
                {
                    Log.StepFailed(logger, typeof(TJob).Name, failure);
                }

                await Task.Delay(s_pauseAfterFailure, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SleepAsync(Task woken, CancellationToken stopping)
    {
        // The timer ends with the sleep: those of a job that is woken often would pile up.
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(woken, Task.Delay(TJob.PollInterval, clock, awake.Token));
        await awake.CancelAsync();
    }

    /// <summary>Not cut short by a server that stops: what the step has claimed or leased would have to wait until its lease runs out, on whichever node.</summary>
    private async Task<bool> RunOnceAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TJob>().RunOnceAsync(CancellationToken.None);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Job} failed; it goes on in a second")]
        public static partial void StepFailed(ILogger logger, string job, Exception exception);
    }
}
