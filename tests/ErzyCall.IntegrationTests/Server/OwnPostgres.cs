using System.Globalization;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.Local;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A PostgreSQL of the test's own with a migrated database, to be stopped, held up and broken under running servers.</summary>
internal sealed class OwnPostgres : IAsyncDisposable
{
    private readonly TemporaryFolder? _folder;
    private readonly string _path;
    private readonly ILogger _logger;
    private PrivatePostgres? _postgres;
    private IReadOnlyList<int> _standing = [];

    private OwnPostgres(string? path, ILogger? logger)
    {
        _folder = path is null ? new TemporaryFolder() : null;
        _path = path ?? _folder!.Path;
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>With a pool of 20 connections.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <param name="path">Where its data goes, if that matters.</param>
    /// <param name="logger">Hears what becomes of its process.</param>
    public static async Task<OwnPostgres> StartAsync(TestRun run, string? path = null, ILogger? logger = null)
    {
        var postgres = new OwnPostgres(path, logger);
        try
        {
            await run.CopyClusterAsync(postgres._path);
            await postgres.StartAgainAsync();
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// A replica of it, which streams from it. Both are copies of one cluster, so the replica goes on where that was stopped.
    /// </summary>
    public async Task<OwnPostgres> ReplicateAsync(TestRun run)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var replica = new OwnPostgres(path: null, logger: null);
        try
        {
            await run.CopyClusterAsync(replica._path);
            var cluster = PostgresFolder.In(replica._path).Cluster;
            var primary = new NpgsqlConnectionStringBuilder(ConnectionString);
            await File.AppendAllTextAsync(
                Path.Combine(cluster, "postgresql.auto.conf"),
                $"primary_conninfo = 'host={primary.Host} port={primary.Port} user={primary.Username}'\n",
                cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(cluster, "standby.signal"), "", cancellationToken);
            await replica.StartAgainAsync();
            return replica;
        }
        catch
        {
            await replica.DisposeAsync();
            throw;
        }
    }

    public async Task StartAgainAsync()
    {
        _postgres = await PrivatePostgres.StartAsync(_path, _logger, TestContext.Current.CancellationToken);
        ConnectionString = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString()) { MaxPoolSize = 20 }.ConnectionString;
    }

    public async Task StopAsync()
    {
        await (_postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
        _postgres = null;
    }

    /// <summary>All its processes stand still: it takes connections, because the kernel does that, and says nothing.</summary>
    public async Task StandStillAsync()
    {
        await Signal.StopAsync(Postmaster);
        _standing = [Postmaster, .. await BackendsAsync()];
        await Signal.StopAsync(_standing);
    }

    public async Task GoOnAsync()
    {
        await Signal.ContinueAsync(_standing);
        _standing = [];
    }

    /// <summary>The process that all others are children of.</summary>
    public int Postmaster => PostgresFolder.In(_path).Postmaster()!.ProcessId;

    /// <summary>A connection that is in nobody's pool.</summary>
    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (_standing.Count > 0)
        {
            await GoOnAsync();
        }

        await StopAsync();
        _folder?.Dispose();
    }

    private async Task<IEnumerable<int>> BackendsAsync()
    {
        var (_, output) = await ChildProcess.RunAsync("/", ["pgrep", "-P", Postmaster.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture));
    }
}
