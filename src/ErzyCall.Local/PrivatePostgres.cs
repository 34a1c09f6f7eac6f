using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ErzyCall.Local;

/// <summary>
/// A PostgreSQL of our own: its data in our data directory, reachable from this machine alone and, on Linux and macOS,
/// for its owner alone, stopped when we stop or die.
/// Only one process may start it (<see cref="LocalDatabases"/> holds the lock); others attach to the one that runs.
/// </summary>
/// <remarks>
/// On Linux and macOS it listens on a Unix socket in a 0700 directory and asks for no password: who passes the directory is its owner or
/// root, and both could read the data files anyway. When we are root the owner is the unprivileged user, so other programs of that user
/// (an installed PostgreSQL, say) could connect too; nobody on the network ever can. On Windows, without such directories, it listens on
/// loopback with a generated password, and is a plain child of pg_ctl: it outlives a killed server, and the next start stops it first.
/// The Windows half has not been run.
/// </remarks>
internal sealed partial class PrivatePostgres : IAsyncDisposable
{
    public const string DefaultDatabase = "erzycall";

    private const string User = "erzycall";

    // On Unix it is only part of the socket's name.
    private const int SocketPort = 5432;

    private static readonly string s_socketName = $".s.PGSQL.{SocketPort}";

    // How soon a start, stop or attach is noticed; a start takes about 100 ms.
    private static readonly TimeSpan s_pollEvery = TimeSpan.FromMilliseconds(20);

    private readonly NpgsqlConnectionStringBuilder _address;
    private readonly Func<ValueTask> _stop;

    private PrivatePostgres(NpgsqlConnectionStringBuilder address, Func<ValueTask> stop)
    {
        _address = address;
        _stop = stop;
    }

    public string ConnectionString(string database = DefaultDatabase) =>
        new NpgsqlConnectionStringBuilder(_address.ConnectionString) { Database = database }.ConnectionString;

    /// <summary>
    /// Starts PostgreSQL, after making the cluster if there is none and waiting for a predecessor that is still stopping.
    /// </summary>
    public static async Task<PrivatePostgres> StartAsync(
        string dataDirectory, ILogger logger, CancellationToken cancellationToken, PostgresSource? source = null)
    {
        var folder = PostgresFolder.In(dataDirectory);
        var user = UnprivilegedUser.Needed();
        await user.OwnAsync(folder.Path, cancellationToken);
        var archives = Path.Combine(Path.GetFullPath(dataDirectory), "postgres-binaries");
        var binaries = await PostgresBinaries.LocateAsync(
            source ?? PostgresSource.Anywhere, folder.ClusterMajor(), archives, logger, cancellationToken);

        if (folder.ClusterMajor() is null)
        {
            Log.MakingCluster(logger, binaries.Version, folder.Path);
            await MakeClusterAsync(folder, binaries, user, cancellationToken);
        }

        await EndPredecessorAsync(folder, binaries, user, logger, cancellationToken);
        var started = OperatingSystem.IsWindows()
            ? await StartOnWindowsAsync(folder, binaries, cancellationToken)
            : await StartKeptAsync(folder, binaries, user, logger, cancellationToken);
        Log.Started(logger, binaries.Version, folder.Path);
        return started;
    }

    /// <summary>
    /// Attaches to the cluster that another process runs; <c>null</c> when there is none. Disposing of it leaves it running.
    /// </summary>
    public static async Task<PrivatePostgres?> TryAttachAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var folder = PostgresFolder.In(dataDirectory);
        if (folder.Postmaster() is not { IsReady: true } postmaster || !postmaster.IsRunning())
        {
            return null;
        }

        var address = OperatingSystem.IsWindows()
            ? LoopbackAddress(postmaster.Port, await File.ReadAllTextAsync(folder.Password, cancellationToken))
            : SocketAddress(await SocketDirectory.ForAsync(folder.Path, s_socketName, UnprivilegedUser.Needed(), cancellationToken));
        return new PrivatePostgres(address, () => ValueTask.CompletedTask);
    }

    public async Task EnsureDatabaseAsync(string name, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await using var exists = source.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
        exists.Parameters.Add(new NpgsqlParameter { Value = name });
        if (await exists.ExecuteScalarAsync(cancellationToken) is not null)
        {
            return;
        }

        try
        {
#pragma warning disable CA2100 // A name cannot be a parameter; it is quoted.
            await using var create = source.CreateCommand($"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
#pragma warning restore CA2100
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process was faster; of two at the same instant the second sees the unique index.
        }
    }

    /// <summary>Stops PostgreSQL by a fast shutdown and waits for it, when we have started it.</summary>
    public ValueTask DisposeAsync() => _stop();

    private static async Task MakeClusterAsync(
        PostgresFolder folder, PostgresBinaries binaries, UnprivilegedUser user, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder.UnfinishedCluster))
        {
            Directory.Delete(folder.UnfinishedCluster, recursive: true);
        }

        List<string> initdb =
        [
            binaries.Program("initdb"), "--pgdata", folder.UnfinishedCluster, "--username", User, "--encoding=UTF8", "--auth-local=trust",
            .. Locale(binaries),
        ];
        if (OperatingSystem.IsWindows())
        {
            await File.WriteAllTextAsync(folder.Password, RandomNumberGenerator.GetHexString(32, lowercase: true), cancellationToken);
            initdb.AddRange(["--auth-host=scram-sha-256", "--pwfile", folder.Password]);
        }
        else
        {
            initdb.Add("--auth-host=reject");
        }

        var (exitCode, output) = await ChildProcess.RunAsync(folder.Path, user.Run(initdb), cancellationToken);
        if (exitCode != 0)
        {
            throw new LocalSetupException(
                $"initdb could not make a cluster in {folder.Path}. {folder.DescribeFullDisk()}{Environment.NewLine}{output}");
        }

        Directory.Move(folder.UnfinishedCluster, folder.Cluster);
    }

    /// <summary>
    /// The locale of a cluster, the same on every machine: it sorts by code point and knows the letters of every language, where the system
    /// can do that.
    /// </summary>
    private static IEnumerable<string> Locale(PostgresBinaries binaries) =>
        binaries.Version.Major >= 17 ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        : OperatingSystem.IsLinux() ? ["--locale=C.UTF-8"]
        : ["--locale=C"];

    /// <summary>
    /// Ends a PostgreSQL that still runs. After a kill the supervisor may still be stopping it, or it may have lost its supervisor as well.
    /// Whoever starts holds the data directory's lock, so what runs now has no master any more.
    /// </summary>
    private static async Task EndPredecessorAsync(
        PostgresFolder folder, PostgresBinaries binaries, UnprivilegedUser user, ILogger logger, CancellationToken cancellationToken)
    {
        if (folder.Postmaster() is not { } postmaster)
        {
            return;
        }

        if (postmaster.IsRunning())
        {
            Log.WaitingForPredecessor(logger, postmaster.ProcessId);

            // Harmless beside the supervisor's own stop. Its exit code says nothing: losing the race to the supervisor counts as an error.
            var (_, output) = await ChildProcess.RunAsync(
                folder.Path,
                user.Run(binaries.Program("pg_ctl"), "stop", "--pgdata", folder.Cluster, "--mode=fast", "--wait", "--timeout=60"),
                cancellationToken);
            if (postmaster.IsRunning())
            {
                throw new LocalSetupException(
                    $"A PostgreSQL (process {postmaster.ProcessId}) holds {folder.Cluster} and does not stop: {output}");
            }
        }
        else if (postmaster.BlocksStart())
        {
            File.Delete(PostmasterFile.PathIn(folder.Cluster));
        }
    }

    private static async Task<PrivatePostgres> StartKeptAsync(
        PostgresFolder folder, PostgresBinaries binaries, UnprivilegedUser user, ILogger logger, CancellationToken cancellationToken)
    {
        var sockets = await SocketDirectory.ForAsync(folder.Path, s_socketName, user, cancellationToken);
#pragma warning disable CA2000 // Disposed of with what is returned.
        var keeper = await PostgresKeeper.StartAsync(
            stop => StartSupervisedAsync(folder, binaries, user, sockets, stop), folder, logger, cancellationToken);
#pragma warning restore CA2000
        return new PrivatePostgres(SocketAddress(sockets), keeper.DisposeAsync);
    }

    private static async Task<PostgresSupervisor> StartSupervisedAsync(
        PostgresFolder folder, PostgresBinaries binaries, UnprivilegedUser user, string sockets, CancellationToken cancellationToken)
    {
        if (File.Exists(folder.Log))
        {
            File.Move(folder.Log, folder.PreviousLog, overwrite: true);
        }

        var leftBehind = folder.Postmaster();
        var supervisor = PostgresSupervisor.Start(
            user,
            folder,
            [
                binaries.Program("postgres"), "-D", folder.Cluster, .. Settings(SocketPort),
                "-c", "listen_addresses=", "-c", $"unix_socket_directories=\"{sockets}\"",
            ]);
        try
        {
            // No time limit of our own: recovery after a crash takes as long as it takes, and the one who waits can stop us.
            while (folder.Postmaster() is not { IsReady: true } postmaster || postmaster.IsSameStartAs(leftBehind))
            {
                if (supervisor.HasEnded)
                {
                    throw new LocalSetupException($"PostgreSQL did not start in {folder.Path}. {folder.DescribeLastFailure()}");
                }

                await Task.Delay(s_pollEvery, cancellationToken);
            }

            return supervisor;
        }
        catch
        {
            await supervisor.DisposeAsync();
            throw;
        }
    }

    private static async Task<PrivatePostgres> StartOnWindowsAsync(
        PostgresFolder folder, PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        using var freePort = new TcpListener(IPAddress.Loopback, 0);
        freePort.Start();
        var port = ((IPEndPoint)freePort.LocalEndpoint).Port;
        freePort.Stop();

        // Its output is not captured: PostgreSQL would inherit the pipe, and the reading would not end before it does.
        var start = ChildProcess.Describe(
            folder.Path,
            [
                binaries.Program("pg_ctl"), "start", "--silent", "--wait", "--pgdata", folder.Cluster, "--log", folder.Log,
                "--options", string.Join(' ', [.. Settings(port), "-c", "listen_addresses=127.0.0.1"]),
            ]);
        using var starting = System.Diagnostics.Process.Start(start)!;
        await starting.WaitForExitAsync(cancellationToken);
        if (starting.ExitCode != 0)
        {
            throw new LocalSetupException($"PostgreSQL did not start in {folder.Path}. {folder.DescribeLastFailure()}");
        }

        var password = await File.ReadAllTextAsync(folder.Password, cancellationToken);
        return new PrivatePostgres(LoopbackAddress(port, password), async () => await ChildProcess.RunAsync(
            folder.Path,
            [binaries.Program("pg_ctl"), "stop", "--pgdata", folder.Cluster, "--mode=fast", "--wait"],
            CancellationToken.None));
    }

    /// <summary>
    /// The settings of PostgreSQL. fsync and all the rest stay on. 200 connections: a few copies of the server and a psql side by side. 128
    /// MB is the default, and enough where the system's file cache holds the rest.
    /// </summary>
    private static IEnumerable<string> Settings(int port) =>
        ["-c", $"port={port}", "-c", "max_connections=200", "-c", "shared_buffers=128MB", "-c", "timezone=UTC", "-c", "log_timezone=UTC"];

    private static NpgsqlConnectionStringBuilder SocketAddress(string directory) =>
        new() { Host = directory, Port = SocketPort, Username = User };

    private static NpgsqlConnectionStringBuilder LoopbackAddress(int port, string password) =>
        new() { Host = "127.0.0.1", Port = port, Username = User, Password = password };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Making a PostgreSQL {Version} cluster in {Folder}")]
        public static partial void MakingCluster(ILogger logger, Version version, string folder);

        [LoggerMessage(LogLevel.Information, "PostgreSQL {Version} runs on {Folder}")]
        public static partial void Started(ILogger logger, Version version, string folder);

        [LoggerMessage(LogLevel.Information, "Waiting for the previous PostgreSQL (process {ProcessId}) to stop")]
        public static partial void WaitingForPredecessor(ILogger logger, int processId);
    }
}
