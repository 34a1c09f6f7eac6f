using ErzyCall.Api.Platform.Metrics;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Platform.Workers;

/// <summary>
/// Runs one kind of job until the server stops, and then drains it. The next step follows at once while there is more to do, else when the
/// job is woken or after its poll interval.
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
            await Task.WhenAll(Enumerable.Range(0, TJob.Loops)
                .Select(loop => LoopAsync(signal.Subscribe(loop == 0 ? TJob.WokenBy : []), stopping.Token)));
            await DrainAsync(stoppingToken);
        }
    }

    /// <param name="signals">The wake-ups, which one loop of each job has: what it cannot do alone the others find when they look.</param>
    private async Task LoopAsync(WorkSubscription signals, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await StepAsync(signals, stopping);
        }
    }

    private async Task DrainAsync(CancellationToken over)
    {
        var signals = signal.Subscribe(TJob.WokenBy);
        while (!over.IsCancellationRequested && inFlight.Count > 0)
        {
            await StepAsync(signals, over);
        }
    }

    /// <summary>Makes a step, and waits when it found nothing or failed.</summary>
    private async Task StepAsync(WorkSubscription signals, CancellationToken stopping)
    {
        try
        {
            // The wake-up is asked for before the step looks, so that one during the step is not lost.
            var woken = signals.NextAsync();
            if (!await RunOnceAsync())
            {
                await SleepAsync(woken, stopping);
            }
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
