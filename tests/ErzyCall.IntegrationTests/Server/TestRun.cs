using ErzyCall.IntegrationTests.Server;
using ErzyCall.Local;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(TestRun))]

namespace ErzyCall.IntegrationTests.Server;

/// <summary>
/// One private PostgreSQL and one private Redis for the run, as the local host starts them (and a real Redis beside it where there is one), and a server on a database of its own that most tests
/// share: each in an organization of its own, so they run in parallel. Tests that move the clock, run jobs or break things start servers of
/// their own; their databases are copies of a migrated template, which takes a moment and not a migration.
/// </summary>
public sealed class TestRun : IAsyncLifetime
{
    private const string Template = "template_erzycall";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("erzycall-tests-");
    private readonly SemaphoreSlim _copying = new(1, 1);
    private PrivatePostgres? _postgres;
    private readonly Dictionary<string, RedisServer> _redis = [];
    private readonly Dictionary<string, Lazy<Task<TestServer>>> _shared = [];
    private readonly Lazy<Task<ServerProcess>> _deployed;
    private int _databases;

    /// <summary>Whether all databases of this run are reached through a pooler, as <c>.ci/run</c> asks of a part of the tests.</summary>
    private static readonly bool s_isPooled = Environment.GetEnvironmentVariable("ERZYCALL_TESTS_THROUGH_PGBOUNCER") == "1";

    /// <summary>The PostgreSQL of the run, which the setting of a local host may name: <c>tests/postgres/run</c> has other versions.</summary>
    private static readonly PostgresSource s_source = PostgresSource.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());

    private readonly Lazy<Task<PgBouncer>> _pooler;
    private readonly Lazy<Task<PostgresFolder>> _cluster;

    public TestRun()
    {
        _cluster = new Lazy<Task<PostgresFolder>>(() => MakeClusterAsync(Path.Combine(_folder.FullName, "cluster")));
        _deployed = new Lazy<Task<ServerProcess>>(() => StartProcessAsync());
        _pooler = new Lazy<Task<PgBouncer>>(() => PgBouncer.StartAsync(_postgres!.ConnectionString("postgres"), Path.Combine(_folder.FullName, "pgbouncer")));
    }

    /// <summary>The server for tests of requests: its jobs are off and its clock is the system's.</summary>
    internal TestServer Shared { get; private set; } = null!;

    /// <summary>The kinds of Redis that this machine has, as the rows of a theory.</summary>
    public static TheoryData<string> RedisKinds { get; } = [.. RedisServer.Kinds];

    /// <summary>Like <see cref="Shared"/>, on the run's Redis of a kind.</summary>
    internal Task<TestServer> SharedOn(string redisKind) => _shared[redisKind].Value;

    /// <summary>A copy of <see cref="Shared"/>, on the same database, as a process of its own: for what Kestrel does, and what the log tells.</summary>
    internal Task<ServerProcess> Deployed => _deployed.Value;

    /// <summary>Another one. The caller disposes of it.</summary>
    internal Task<ServerProcess> StartProcessAsync(string environment = "Production", params (string Name, string Value)[] settings) =>
        ServerProcess.StartAsync(
            Shared.Services.GetRequiredService<IConfiguration>().GetConnectionString("Postgres")!,
            RedisConnectionString(),
            [("ASPNETCORE_ENVIRONMENT", environment), ("Workers__Enabled", "false"), .. settings]);

    internal string RedisConnectionString(string kind = RedisServer.Garnet) => _redis[kind].ConnectionString;

    /// <summary>A Redis of the test's own, to be stopped and emptied.</summary>
    internal Task<RedisServer> StartRedisAsync(string kind) =>
        RedisServer.StartAsync(kind, Path.Combine(_folder.FullName, $"redis-{Interlocked.Increment(ref _databases)}"));

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        if (!OperatingSystem.IsWindows())
        {
            // As root, PostgreSQL runs as another user, who has to pass through.
            _folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        }

        _postgres = await PrivatePostgres.StartAsync(_folder.FullName, NullLogger.Instance, cancellationToken, s_source);
        await StopSyncingAsync(cancellationToken);
        foreach (var kind in RedisServer.Kinds)
        {
            _redis[kind] = await RedisServer.StartAsync(kind, _folder.FullName);
            _shared[kind] = new Lazy<Task<TestServer>>(() => StartServerAsync(new TestServerOptions { Redis = RedisConnectionString(kind) }));
        }

        await _postgres.EnsureDatabaseAsync(Template, cancellationToken);
        await TestServer.MigrateAsync(_postgres.ConnectionString(Template), cancellationToken);
        Shared = await SharedOn(RedisServer.Garnet);

        // Of the server that most tests share: others may be broken on purpose.
        await Shared.DocumentedAsync();
    }

    /// <summary>Nothing here outlives the run: tests that kill a PostgreSQL have one of their own.</summary>
    private async Task StopSyncingAsync(CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(_postgres!.ConnectionString("postgres"));
        foreach (var sql in (string[])["ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()"])
        {
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>A server on a new database. The caller disposes it.</summary>
    internal async Task<TestServer> StartServerAsync(TestServerOptions? options = null)
    {
        options ??= new TestServerOptions();
        var server = new TestServer(options with
        {
            Postgres = options.Postgres ?? await CreateDatabaseAsync(),
            Redis = options.Redis ?? RedisConnectionString(),
        });
        server.Start();
        return server;
    }

    /// <summary>The connection string of a new, migrated database: for several servers on the same one.</summary>
    internal async Task<string> CreateDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        var cancellationToken = TestContext.Current.CancellationToken;

        // PostgreSQL copies a template only while nobody else is connected to it.
        await _copying.WaitAsync(cancellationToken);
        try
        {
            await using var connection = new NpgsqlConnection(_postgres!.ConnectionString("postgres"));
            await connection.OpenAsync(cancellationToken);
#pragma warning disable CA2100 // The name is made above.
            await using var create = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE {Template}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);

            // Settings that belong to a database are not copied with it.
            await using var settings = new NpgsqlCommand(
                $"""
                 DO $$
                 DECLARE setting text;
                 BEGIN
                   FOR setting IN SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = '{Template}')
                   LOOP
                     EXECUTE format('ALTER DATABASE {name} SET %I = %L', split_part(setting, '=', 1), split_part(setting, '=', 2));
                   END LOOP;
                 END
                 $$
                 """,
                connection);
            await settings.ExecuteNonQueryAsync(cancellationToken);
#pragma warning restore CA2100
        }
        finally
        {
            _copying.Release();
        }

        var direct = new NpgsqlConnectionStringBuilder(_postgres.ConnectionString(name)) { MaxPoolSize = 20 }.ConnectionString;
        return s_isPooled ? (await PoolerAsync()).ConnectionString(direct) : direct;
    }

    /// <summary>Puts a PostgreSQL with a migrated database where a local host would make one: a copy, too, which takes a moment.</summary>
    internal async Task CopyClusterAsync(string dataDirectory)
    {
        if (OperatingSystem.IsWindows())
        {
            await MakeClusterAsync(dataDirectory);
            return;
        }

        var (exitCode, output) = await ChildProcess.RunAsync(
            "/", ["cp", "-a", (await _cluster.Value).Path, PostgresFolder.In(dataDirectory).Path], TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, output);
    }

    private static async Task<PostgresFolder> MakeClusterAsync(string dataDirectory)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var postgres = await PrivatePostgres.StartAsync(dataDirectory, NullLogger.Instance, cancellationToken, s_source);
        await postgres.EnsureDatabaseAsync(PrivatePostgres.DefaultDatabase, cancellationToken);
        await TestServer.MigrateAsync(postgres.ConnectionString(), cancellationToken);
        return PostgresFolder.In(dataDirectory);
    }

    /// <summary>PgBouncer before the run's PostgreSQL, in transaction mode. Only where it is installed (<see cref="PgBouncer.IsInstalled"/>).</summary>
    internal Task<PgBouncer> PoolerAsync() => _pooler.Value;

    public async ValueTask DisposeAsync()
    {
        if (_deployed.IsValueCreated)
        {
            (await _deployed.Value).Dispose();
        }

        foreach (var server in _shared.Values.Where(server => server.IsValueCreated))
        {
            await (await server.Value).DisposeAsync();
        }

        foreach (var redis in _redis.Values)
        {
            await redis.DisposeAsync();
        }

        if (_pooler.IsValueCreated)
        {
            await (await _pooler.Value).DisposeAsync();
        }

        await (_postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
        _copying.Dispose();
        _folder.Delete(recursive: true);
    }
}
