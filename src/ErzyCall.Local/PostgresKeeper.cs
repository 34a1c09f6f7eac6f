using Microsoft.Extensions.Logging;

namespace ErzyCall.Local;

/// <summary>
/// Keeps PostgreSQL running. One that ends by itself, because its disk is full or the system ran out of memory, is started again until it
/// runs: whoever uses it finds it at the same address, with all that was committed.
/// </summary>
internal sealed partial class PostgresKeeper : IAsyncDisposable
{
    private static readonly TimeSpan s_retryEvery = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Func<CancellationToken, Task<PostgresSupervisor>> _start;
    private readonly PostgresFolder _folder;
    private readonly ILogger _logger;
    private readonly Task _keeping;

    private PostgresKeeper(
        PostgresSupervisor first, Func<CancellationToken, Task<PostgresSupervisor>> start, PostgresFolder folder, ILogger logger)
    {
        (_start, _folder, _logger) = (start, folder, logger);
        _keeping = KeepAsync(first);
    }

    /// <summary>Starts PostgreSQL. The first start is not repeated: whoever waits for it is told what is wrong.</summary>
    public static async Task<PostgresKeeper> StartAsync(
        Func<CancellationToken, Task<PostgresSupervisor>> start,
        PostgresFolder folder,
        ILogger logger,
        CancellationToken cancellationToken) =>
        new(await start(cancellationToken), start, folder, logger);

    /// <summary>Stops PostgreSQL by a fast shutdown, and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        _stop.Dispose();
    }

    private async Task KeepAsync(PostgresSupervisor running)
    {
        while (await running.HasEndedBeforeAsync(_stop.Token))
        {
            await running.DisposeAsync();
            Log.Ended(_logger, _folder.DescribeLastFailure());
            if (await StartAgainAsync() is not { } again)
            {
                return;
            }

            running = again;
            Log.StartedAgain(_logger);
        }

        await running.DisposeAsync();
    }

    /// <summary>Starts PostgreSQL until it runs; gives <c>null</c> when it is not wanted any more.</summary>
    private async Task<PostgresSupervisor?> StartAgainAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                return await _start(_stop.Token);
            }
            catch (Exception failure) when (failure is LocalSetupException or IOException or OperationCanceledException)
            {
                await Task.Delay(s_retryEvery, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "PostgreSQL has ended by itself. It is started again until it runs. {Reason}")]
        public static partial void Ended(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "PostgreSQL runs again")]
        public static partial void StartedAgain(ILogger logger);
    }
}
