using ErzyCall.Api.Platform.Metrics;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Platform.Workers;

/// <summary>
/// Runs one kind of job until the server stops, and then drains it. The next step follows at once while there is more to do, else when the
/// job is woken or after its poll interval. Of a job's loops only one at a time watches for work; the others rest until it has found some,
/// so that a server that has nothing to do asks the database no more often for their sake.
/// </summary>
internal sealed partial class JobLoop<TJob>(
    IServiceScopeFactory scopes,
    WorkSignal signal,
    InFlight<TJob> inFlight,
    DatabaseState database,
    IOptions<WorkerOptions> options,
    IHostApplicationLifetime lifetime,
    ServerMetrics metrics,
    TimeProvider clock,
    ILogger<TJob> logger) : BackgroundService
    where TJob : class, IJob
{
    /// <summary>
    /// The pause after a step that failed: long enough not to burden a database that restarts, short enough not to be noticed after it.
    /// </summary>
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>The time after which a step that is not over has found something to do: then another loop watches.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Waits for the steps that are running and then, as requests have ended, for what is in flight: it would be done twice otherwise.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await DrainAsync(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (inFlight.Count is > 0 and var left)
        {
            Log.LeftBehind(logger, typeof(TJob).Name, left);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Enabled)
        {
            // From the moment that the server is told to stop nothing new is begun: what is in flight has the time that requests take, too.
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
            using var watch = new SemaphoreSlim(1);
            var signals = signal.Subscribe(TJob.WokenBy);
            await Task.WhenAll(Enumerable.Range(0, TJob.Loops).Select(_ => LoopAsync(watch, signals, stopping.Token)));
            await DrainAsync(stoppingToken);
        }
    }

    /// <param name="watch">It is had by the loop that watches for work.</param>
    private async Task LoopAsync(SemaphoreSlim watch, WorkSubscription signals, CancellationToken stopping)
    {
        while (await HasWatchAsync(watch, stopping))
        {
            Task<bool> step;
            try
            {
                step = await WatchAsync(signals, stopping);
            }
            finally
            {
                watch.Release();
            }

            while (await step && !stopping.IsCancellationRequested)
            {
                step = StepAsync(stopping);
            }
        }
    }

    private static async Task<bool> HasWatchAsync(SemaphoreSlim watch, CancellationToken stopping)
    {
        await watch.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stopping.IsCancellationRequested;
    }

    /// <summary>Makes steps until one has found something, or seems to have, and hands it over.</summary>
    private async Task<Task<bool>> WatchAsync(WorkSubscription signals, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            // The wake-up is asked for before the step looks, so that one during the step is not lost.
            var woken = signals.NextAsync();
            var step = StepAsync(stopping);
            if (!await IsOverSoonAsync(step) || await step)
            {
                return step;
            }

            await SleepAsync(woken, stopping);
        }

        return Task.FromResult(false);
    }

    private static async Task<bool> IsOverSoonAsync(Task step)
    {
        // By the machine's clock, whatever the server's is: this is about processors and not about what is due.
        await step.WaitAsync(s_look, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return step.IsCompleted;
    }

    private async Task DrainAsync(CancellationToken over)
    {
        var signals = signal.Subscribe(TJob.WokenBy);
        while (!over.IsCancellationRequested && inFlight.Count > 0)
        {
            var woken = signals.NextAsync();
            if (!await StepAsync(over))
            {
                await SleepAsync(woken, over);
            }
        }
    }

    /// <summary>Makes a step, and pauses after one that failed.</summary>
    /// <returns>Whether there may be more to do at once.</returns>
    private async Task<bool> StepAsync(CancellationToken stopping)
    {
        try
        {
            return await RunOnceAsync();
        }
#pragma warning disable CA1031 // A job outlives whatever a step runs into; the step's transaction is rolled back and its leases expire.
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
            return true;
        }
    }

    private async Task SleepAsync(Task woken, CancellationToken stopping)
    {
        // The timer ends with the sleep: the timers of a job that is woken often would pile up.
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await Task.WhenAny(woken, Task.Delay(TJob.PollInterval, clock, awake.Token));
        await awake.CancelAsync();
    }

    /// <summary>
    /// Makes a step, which a server that stops does not cut short: what it has claimed or leased would have to wait until its lease runs
    /// out.
    /// </summary>
    private async Task<bool> RunOnceAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TJob>().RunOnceAsync(CancellationToken.None);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Job} failed; it goes on in a second")]
        public static partial void StepFailed(ILogger logger, string job, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "{Job} leaves {Count} in flight behind; they will be done again when their leases are over")]
        public static partial void LeftBehind(ILogger logger, string job, int count);
    }
}
