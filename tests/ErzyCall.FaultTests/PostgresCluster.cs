using ErzyCall.Local;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ErzyCall.FaultTests;

/// <summary>A PostgreSQL that can be stopped as a power failure stops it.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private readonly string _folder;
    private PrivatePostgres _postgres;

    private PostgresCluster(string folder, PrivatePostgres postgres)
    {
        _folder = folder;
        _postgres = postgres;
    }

    public string ConnectionString => _postgres.ConnectionString();

    public static async Task<PostgresCluster> StartAsync(string folder)
    {
        var postgres = await PrivatePostgres.StartAsync(folder, NullLogger.Instance, CancellationToken.None);
        await postgres.EnsureDatabaseAsync(PrivatePostgres.DefaultDatabase, CancellationToken.None);
        return new PostgresCluster(folder, postgres);
    }

    /// <summary>An immediate shutdown, which recovers from the log at the next start, and that start.</summary>
    public async Task RestartImmediatelyAsync(TimeSpan away)
    {
        Signals.Send("QUIT", PostgresFolder.In(_folder).Postmaster()!.ProcessId);
        await _postgres.DisposeAsync();
        await Task.Delay(away);
        _postgres = await PrivatePostgres.StartAsync(_folder, NullLogger.Instance, CancellationToken.None);
    }

    /// <summary>Every connection that there is ends in the middle of whatever it does.</summary>
    public async Task CutConnectionsAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var cut = new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
        await cut.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();
}
