using Microsoft.Extensions.Options;
using Npgsql;

namespace ErzyCall.Api.Platform.Workers;

/// <summary>
/// Listens for work that other copies of the server announce (<see cref="WorkAnnouncer"/>). What is announced while the connection is down
/// is found by polling, and so is everything behind a connection pooler, which delivers nothing.
/// </summary>
internal sealed partial class WorkListener(
    DirectDatabase database,
    WorkSignal signal,
    IOptions<WorkerOptions> options,
    TimeProvider clock,
    ILogger<WorkListener> logger) : BackgroundService
{
    public const string Channel = "erzycall_work";

    private static readonly TimeSpan s_reconnectAfter = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The silence after which the connection is told to listen again, and must answer: one whose other end has vanished is as silent as
    /// one on which there is nothing to say.
    /// </summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    private bool _isLost;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.Value.Enabled && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await ListenAsync(stoppingToken))
                {
                    Log.Pooled(logger);
                    return;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is NpgsqlException or IOException)
            {
                if (!_isLost)
                {
                    _isLost = true;
                    Log.Lost(logger, lost.Message);
                }

                await Task.Delay(s_reconnectAfter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns><c>false</c> when only a pooler can be reached, on which nothing is heard.</returns>
    private async Task<bool> ListenAsync(CancellationToken stoppingToken)
    {
        await using var connection = await database.ConnectAsync(stoppingToken);
        if (connection is null)
        {
            return false;
        }

        connection.Notification += (_, announced) => Hear(announced.Payload);
        await using var listen = new NpgsqlCommand($"LISTEN {Channel}", connection);
        await listen.ExecuteNonQueryAsync(stoppingToken);
        if (_isLost)
        {
            _isLost = false;
            Log.Back(logger);
        }

        signal.Wake(table: null);
        while (true)
        {
            if (!await connection.WaitAsync(s_silence, stoppingToken))
            {
                await listen.ExecuteNonQueryAsync(stoppingToken);
            }
        }
    }

    /// <param name="announced">The name of a table, and the copy that has committed rows of it.</param>
    private void Hear(string announced)
    {
        if (announced.Split(' ') is [var table, var copy] && copy != signal.Copy)
        {
            signal.Wake(table);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Not listening for work, polling instead: {Reason}")]
        public static partial void Lost(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Information, "Listening for work again")]
        public static partial void Back(ILogger logger);

        [LoggerMessage(
            3,
            LogLevel.Warning,
            "ConnectionStrings:Postgres leads to a connection pooler: work is found by polling, up to a second late. "
            + "ConnectionStrings:PostgresDirect, past the pooler, would be listened on")]
        public static partial void Pooled(ILogger logger);
    }
}
