using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using ErzyCall.IntegrationTests.Server;
using ErzyCall.Local;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StackExchange.Redis;

namespace ErzyCall.IntegrationTests.Local;

public sealed class LocalDatabasesTests(TestRun run) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>How a cluster is made, the tests of deeper folders show, and every run of all tests.</summary>
    public async ValueTask InitializeAsync() => await run.CopyClusterAsync(_folder.Path);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Rows_outlive_the_server()
    {
        await using (var first = await StartAsync(LocalDatabasesMode.Serve))
        {
            await ExecuteAsync(first, "CREATE TABLE kept (text text); INSERT INTO kept VALUES ('Ärzte')");
        }

        await using var second = await StartAsync(LocalDatabasesMode.Serve);

        Assert.Equal("ärzte UTC on", await ExecuteAsync(
            second, "SELECT lower(text) || ' ' || current_setting('TimeZone') || ' ' || current_setting('fsync') FROM kept"));
    }

    [Fact]
    public async Task Stopping_leaves_no_process()
    {
        PostmasterFile postmaster;
        await using (await StartAsync(LocalDatabasesMode.Serve))
        {
            postmaster = Postmaster()!;
            Assert.True(postmaster.IsRunning());
        }

        Assert.False(postmaster.IsRunning());
        Assert.Null(Postmaster());
    }

    [Fact]
    public async Task A_command_uses_the_running_server_and_leaves_it_running()
    {
        await using var server = await StartAsync(LocalDatabasesMode.Serve);
        await using (var command = await StartAsync(LocalDatabasesMode.Command))
        {
            await ExecuteAsync(command, "CREATE TABLE made_by_command ()");
            Assert.Null(command.RedisConnectionString);
        }

        Assert.Equal(0L, await ExecuteAsync(server, "SELECT count(*) FROM made_by_command"));
    }

    [Fact]
    public async Task A_command_beside_a_starting_server_waits_for_it()
    {
        var starting = StartAsync(LocalDatabasesMode.Serve);
        await Patience.UntilAsync("the server has its lock", () => DataDirectoryLock.IsHeld(_folder["server.lock"]));
        await using (var command = await StartAsync(LocalDatabasesMode.Command))
        {
            Assert.Equal(1, await ExecuteAsync(command, "SELECT 1"));
        }

        await using var server = await starting;
        Assert.Equal(1, await ExecuteAsync(server, "SELECT 1"));
    }

    [Fact]
    public async Task Commands_without_a_server_do_not_stop_the_cluster_under_each_other()
    {
        var first = await StartAsync(LocalDatabasesMode.Command);
        var starting = StartAsync(LocalDatabasesMode.Command);
        await first.DisposeAsync();

        await using var second = await starting;

        Assert.Equal(1, await ExecuteAsync(second, "SELECT 1"));
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused()
    {
        await using var first = await StartAsync(LocalDatabasesMode.Serve);

        var refusal = await Assert.ThrowsAsync<LocalSetupException>(() => StartAsync(LocalDatabasesMode.Serve));

        Assert.Contains($"Another ErzyCall is already running on {_folder.Path}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, await ExecuteAsync(first, "SELECT 1"));
    }

    [Fact]
    public async Task Configured_connection_strings_leave_the_folder_untouched()
    {
        var options = new LocalDatabasesOptions { DataDirectory = _folder["unused"], NeedsPostgres = false, NeedsRedis = false };
        await using var databases = await LocalDatabases.StartAsync(options, LocalDatabasesMode.Serve, NullLogger.Instance, Cancellation);

        Assert.Null(databases.PostgresConnectionString);
        Assert.Null(databases.RedisConnectionString);
        Assert.False(Directory.Exists(options.DataDirectory));
    }

    [Fact]
    public async Task PostgreSQL_stops_when_its_server_is_killed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There a killed server leaves PostgreSQL to the next start.");
        using var host = LocalHostProcess.Start(_folder.Path);
        await Patience.UntilAsync("PostgreSQL is ready", () => Postmaster() is { IsReady: true });
        var postmaster = Postmaster()!;

        host.Kill();

        await Patience.UntilAsync("PostgreSQL has stopped", () => !postmaster.IsRunning());
        Assert.Null(Postmaster());
    }

    [Fact]
    public async Task A_PostgreSQL_that_ends_by_itself_is_started_again_at_the_same_address()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There it is nobody's child.");
        await using var server = await StartAsync(LocalDatabasesMode.Serve);
        await ExecuteAsync(server, "CREATE TABLE kept (text text); INSERT INTO kept VALUES ('before')");
        var killed = Postmaster()!;

        await Signal.KillAsync(killed.ProcessId);

        await Patience.UntilAsync("it runs again", () => Postmaster() is { IsReady: true } now && !now.IsSameStartAs(killed));
        Assert.Equal("before", await ExecuteAsync(server, "SELECT text FROM kept"));
    }

    [Fact]
    public async Task A_server_waits_for_the_PostgreSQL_of_a_killed_one_to_stop()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals to hold it up with.");
        using var host = LocalHostProcess.Start(_folder.Path);
        await Patience.UntilAsync("PostgreSQL is ready", () => Postmaster() is { IsReady: true });
        var predecessor = Postmaster()!;
        await Signal.StopAsync(predecessor.ProcessId);
        host.Kill();

        var log = new LogWatch("Waiting for the previous PostgreSQL");
        var starting = LocalDatabases.StartAsync(
            new LocalDatabasesOptions { DataDirectory = _folder.Path, NeedsRedis = false }, LocalDatabasesMode.Serve, log, Cancellation);
        await Task.WhenAny(starting, log.Seen);
        await Signal.ContinueAsync(predecessor.ProcessId);
        await using var next = await starting;

        Assert.Equal(1, await ExecuteAsync(next, "SELECT 1"));
        Assert.False(Postmaster()!.IsSameStartAs(predecessor));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lock_left_by_a_crash_is_no_obstacle(bool processIdTakenByAnotherProgram)
    {
        await using (await StartAsync(LocalDatabasesMode.Serve))
        {
        }

        // Of the same user: PostgreSQL itself takes no notice of a process that it may not signal.
        using var bystander = Process.Start(ChildProcess.Describe("/", UnprivilegedUser.Needed().Run("sleep", "60")))!;
        if (!processIdTakenByAnotherProgram)
        {
            bystander.Kill();
            await bystander.WaitForExitAsync(Cancellation);
        }

        var file = PostmasterFile.PathIn(PostgresFolder.In(_folder.Path).Cluster);
        await File.WriteAllLinesAsync(
            file,
            [
                bystander.Id.ToString(CultureInfo.InvariantCulture), Path.GetDirectoryName(file)!, "1700000000", "5432", _folder["postgres"], "",
                "  5432001         7", "ready   ",
            ],
            Cancellation);

        try
        {
            await using var server = await StartAsync(LocalDatabasesMode.Serve);

            Assert.Equal(1, await ExecuteAsync(server, "SELECT 1"));
            Assert.Equal(processIdTakenByAnotherProgram, !bystander.HasExited);
        }
        finally
        {
            bystander.Kill();
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_path_too_long_for_a_socket_works()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There it is a port.");
        var deep = _folder[string.Join('/', Enumerable.Repeat("a-folder-in-a-folder", 6))];
        Directory.CreateDirectory(deep);
        var options = new LocalDatabasesOptions { DataDirectory = deep };
        string postgresSocket, redisSocket;
        await using (var server = await LocalDatabases.StartAsync(options, LocalDatabasesMode.Serve, NullLogger.Instance, Cancellation))
        await using (var command = await LocalDatabases.StartAsync(options, LocalDatabasesMode.Command, NullLogger.Instance, Cancellation))
        {
            Assert.Equal(1, await ExecuteAsync(server, "SELECT 1"));
            Assert.Equal(1, await ExecuteAsync(command, "SELECT 1"));
            await using var redis = await ConnectionMultiplexer.ConnectAsync(server.RedisConnectionString!);
            postgresSocket = new NpgsqlConnectionStringBuilder(server.PostgresConnectionString).Host!;
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(postgresSocket));
            redisSocket = Path.GetDirectoryName(server.RedisConnectionString![1..])!;
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(redisSocket));
        }

        Directory.Delete(postgresSocket, recursive: true);
        Directory.Delete(redisSocket, recursive: true);
    }

    [Fact]
    public async Task A_socket_directory_that_somebody_else_made_is_not_used()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can make a folder of somebody else's.");
        var deep = Directory.CreateDirectory(_folder[string.Join('/', Enumerable.Repeat("a-folder-in-a-folder", 6))]).FullName;
        var nobody = new UnprivilegedUser("nobody", 65534, 65534);
        var made = await SocketDirectory.ForAsync(deep, "socket", nobody, Cancellation);

        await Assert.ThrowsAsync<LocalSetupException>(() => SocketDirectory.ForAsync(deep, "socket", UnprivilegedUser.None, Cancellation));

        Directory.Delete(made);
    }

    [Fact]
    public async Task Root_hands_PostgreSQL_to_an_unprivileged_user()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Not root.");
        await using var server = await StartAsync(LocalDatabasesMode.Serve);

        var status = await File.ReadAllLinesAsync($"/proc/{Postmaster()!.ProcessId}/status", Cancellation);

        Assert.DoesNotContain(status, line => line.StartsWith("Uid:", StringComparison.Ordinal) && line.Split('\t')[1] == "0");
        Assert.Equal("Groups:", status.Single(line => line.StartsWith("Groups:", StringComparison.Ordinal)).Trim());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_the_unprivileged_user_cannot_reach_is_named()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Not root.");
        var closed = Directory.CreateDirectory(_folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        var options = new LocalDatabasesOptions { DataDirectory = Path.Combine(closed, "deeper", "data") };

        var refusal = await Assert.ThrowsAsync<LocalSetupException>(
            () => LocalDatabases.StartAsync(options, LocalDatabasesMode.Serve, NullLogger.Instance, Cancellation));

        Assert.Contains($"cannot pass {closed} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Embedded:DataDirectory", refusal.Message, StringComparison.Ordinal);
        Assert.False(DataDirectoryLock.IsHeld(Path.Combine(options.DataDirectory, "server.lock")));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task PostgreSQL_is_closed_to_other_users_and_to_the_network()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There it listens on loopback, with a password.");
        await using var server = await StartAsync(LocalDatabasesMode.Serve);

        Assert.Equal("", await ExecuteAsync(server, "SELECT current_setting('listen_addresses')"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["postgres"]));

    }

    [Fact]
    public async Task An_interrupted_start_leaves_nothing_running()
    {
        await using (await StartAsync(LocalDatabasesMode.Serve))
        {
        }

        using var interrupt = new CancellationTokenSource();
        var starting = LocalDatabases.StartAsync(
            new LocalDatabasesOptions { DataDirectory = _folder.Path }, LocalDatabasesMode.Serve, NullLogger.Instance, interrupt.Token);
        await Patience.UntilAsync("PostgreSQL is on its way", () => starting.IsCompleted || Postmaster() is not null);
        await interrupt.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.Null(Postmaster());
        Assert.False(DataDirectoryLock.IsHeld(_folder["server.lock"]));
    }

    private PostmasterFile? Postmaster() => PostgresFolder.In(_folder.Path).Postmaster();

    private Task<LocalDatabases> StartAsync(LocalDatabasesMode mode) => LocalDatabases.StartAsync(
        new LocalDatabasesOptions { DataDirectory = _folder.Path, NeedsRedis = false }, mode, NullLogger.Instance, Cancellation);

    private static async Task<object?> ExecuteAsync(LocalDatabases databases, string sql)
    {
        // Without a pool no idle connection is left for the next start to break.
        await using var connection = new NpgsqlConnection(databases.PostgresConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
#pragma warning disable CA2100 // Constants of this file.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(Cancellation);
    }

    private sealed class LogWatch(string beginning) : ILogger
    {
        private readonly TaskCompletionSource _seen = new();

        public Task Seen => _seen.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).StartsWith(beginning, StringComparison.Ordinal))
            {
                _seen.TrySetResult();
            }
        }
    }
}
