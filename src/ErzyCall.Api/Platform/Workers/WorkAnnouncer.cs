using System.Collections.Concurrent;
using System.Threading.Channels;
using Npgsql;

namespace ErzyCall.Api.Platform.Workers;

/// <summary>
/// Announces work that this copy of the server has committed: to its own jobs at once, and to the other copies, which
/// <see cref="WorkListener"/> hears. It is done after the commit, and for many commits together, because a transaction that notifies by
/// itself makes all others that do so commit one after the other. What a copy that dies did not announce is found by polling.
/// </summary>
internal sealed class WorkAnnouncer(WorkSignal signal, NpgsqlDataSource database) : BackgroundService, IHearsCommits
{
    /// <summary>The shortest time between two announcements to the other copies.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, bool> _tables = [];
    private readonly Channel<bool> _isAny =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Committed(ErzyCallDbContext db)
    {
        var tables = db.TakeAnnounced();
        foreach (var row in db.Tracked<IMakesWork>())
        {
            if (row.Entity.MakesWork)
            {
                tables.Add(row.Metadata.GetTableName()!);
            }
        }

        foreach (var table in tables)
        {
            signal.Wake(table);
            _tables[table] = true;
            _isAny.Writer.TryWrite(true);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await _isAny.Reader.ReadAsync(stoppingToken);
                await NotifyAsync(stoppingToken);
                await Task.Delay(s_pause, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception away) when (away is NpgsqlException or IOException)
            {
                // The other copies find the work by polling; who works with the database tells of what it is.
                await Task.Delay(s_pauseAfterFailure, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task NotifyAsync(CancellationToken cancellationToken)
    {
        var tables = _tables.Keys.ToArray();
        foreach (var table in tables)
        {
            _tables.TryRemove(table, out _);
        }

        await using var command = database.CreateCommand(
            $"SELECT pg_notify('{WorkListener.Channel}', announced || ' ' || $2) FROM unnest($1) AS announced");
        command.Parameters.AddWithValue(tables);
        command.Parameters.AddWithValue(signal.Copy);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
