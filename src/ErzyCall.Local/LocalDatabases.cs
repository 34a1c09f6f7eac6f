using Microsoft.Extensions.Logging;

namespace ErzyCall.Local;

internal enum LocalDatabasesMode
{
    /// <summary>A process that stays: the server, or the command <c>databases</c>. There is one per data directory.</summary>
    Serve,

    /// <summary>
    /// A command, which does one thing: it uses the server's databases when that runs, else starts PostgreSQL for a moment. Redis is never
    /// needed.
    /// </summary>
    Command,
}

internal sealed record LocalDatabasesOptions
{
    public const string DefaultDataDirectory = ".erzycall";

    public string DataDirectory { get; init; } = DefaultDataDirectory;

    public PostgresSource PostgresSource { get; init; } = PostgresSource.Anywhere;

    /// <summary>Whether this part is started. It is not when a connection string is configured, which wins.</summary>
    public bool NeedsPostgres { get; init; } = true;

    /// <inheritdoc cref="NeedsPostgres"/>
    public bool NeedsRedis { get; init; } = true;
}

/// <summary>
/// PostgreSQL and Redis of one data directory, for as long as this object lives. <c>server.lock</c> is held by the one server,
/// <c>postgres.lock</c> by whoever started the cluster. A command uses the server's cluster, but never another command's, which would
/// stop it in mid-query: commands without a server follow one another.
/// </summary>
internal sealed partial class LocalDatabases : IAsyncDisposable
{
    private static readonly TimeSpan s_retryEvery = TimeSpan.FromMilliseconds(50);

    // A command that looks whether a server runs holds its lock for microseconds: one second of tries tells that from a server.
    private const int ServerLockTries = 20;

    private DataDirectoryLock? _serverLock;
    private DataDirectoryLock? _postgresLock;
    private PrivatePostgres? _postgres;
    private PrivateRedis? _redis;

    private LocalDatabases()
    {
    }

    public string? PostgresConnectionString => _postgres?.ConnectionString();

    public string? RedisConnectionString => _redis?.ConnectionString;

    /// <exception cref="LocalSetupException">Something that the person at the console has to change; the message is for them.</exception>
    public static async Task<LocalDatabases> StartAsync(
        LocalDatabasesOptions options, LocalDatabasesMode mode, ILogger logger, CancellationToken cancellationToken)
    {
        var databases = new LocalDatabases();
        try
        {
            if (mode is LocalDatabasesMode.Serve)
            {
                await databases.ServeAsync(options, logger, cancellationToken);
            }
            else if (options.NeedsPostgres)
            {
                MakeDataDirectory(options.DataDirectory);
                await databases.AttachOrStartAsync(options, logger, cancellationToken);
            }

            return databases;
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or IOException)
        {
            await databases.DisposeAsync();
            throw new LocalSetupException(
                $"{Path.GetFullPath(options.DataDirectory)} cannot be used for data: {refused.Message} "
                + "Name another folder in Embedded:DataDirectory.",
                refused);
        }
        catch
        {
            await databases.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops what this object started; the locks go when nothing runs any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await (_redis?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
        _postgresLock?.Dispose();
        _serverLock?.Dispose();
    }

    private async Task ServeAsync(LocalDatabasesOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        if (!options.NeedsPostgres && !options.NeedsRedis)
        {
            return;
        }

        MakeDataDirectory(options.DataDirectory);
        await TakeServerLockAsync(options.DataDirectory, cancellationToken);
        if (options.NeedsPostgres)
        {
            await WaitForCommandsAsync(options.DataDirectory, logger, cancellationToken);
            await StartPostgresAsync(options, logger, cancellationToken);
        }

        if (options.NeedsRedis)
        {
            _redis = await PrivateRedis.StartAsync(options.DataDirectory, cancellationToken);
        }
    }

    private async Task TakeServerLockAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        for (var tries = 1; (_serverLock = DataDirectoryLock.TryTake(ServerLock(dataDirectory))) is null; tries++)
        {
            if (tries == ServerLockTries)
            {
                throw new LocalSetupException(
                    $"Another ErzyCall is already running on {Path.GetFullPath(dataDirectory)}. "
                    + "Stop it, or give this one a folder of its own in Embedded:DataDirectory.");
            }

            await Task.Delay(s_retryEvery, cancellationToken);
        }
    }

    private async Task WaitForCommandsAsync(string dataDirectory, ILogger logger, CancellationToken cancellationToken)
    {
        for (var tries = 1; (_postgresLock = DataDirectoryLock.TryTake(PostgresLock(dataDirectory))) is null; tries++)
        {
            if (tries == 1)
            {
                Log.WaitingForCommand(logger);
            }

            await Task.Delay(s_retryEvery, cancellationToken);
        }
    }

    private async Task AttachOrStartAsync(LocalDatabasesOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        while (true)
        {
            // A server that is still starting has its lock but no cluster yet: look again.
            if (DataDirectoryLock.IsHeld(ServerLock(options.DataDirectory))
                && (_postgres = await PrivatePostgres.TryAttachAsync(options.DataDirectory, cancellationToken)) is not null)
            {
                // The server may not have come that far.
                await _postgres.EnsureDatabaseAsync(PrivatePostgres.DefaultDatabase, cancellationToken);
                return;
            }

            // The lock is free, too, beside a server that has its PostgreSQL elsewhere.
            if ((_postgresLock = DataDirectoryLock.TryTake(PostgresLock(options.DataDirectory))) is not null)
            {
                await StartPostgresAsync(options, logger, cancellationToken);
                return;
            }

            await Task.Delay(s_retryEvery, cancellationToken);
        }
    }

    private async Task StartPostgresAsync(LocalDatabasesOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        _postgres = await PrivatePostgres.StartAsync(options.DataDirectory, logger, cancellationToken, options.PostgresSource);
        await _postgres.EnsureDatabaseAsync(PrivatePostgres.DefaultDatabase, cancellationToken);
    }

    private static void MakeDataDirectory(string dataDirectory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(dataDirectory);
            return;
        }

        // As root, the user that PostgreSQL runs as has to pass through it; the folders inside are closed either way.
        const UnixFileMode ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        const UnixFileMode others = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Directory.CreateDirectory(dataDirectory, Environment.IsPrivilegedProcess ? ours | others : ours);
    }

    private static string ServerLock(string dataDirectory) => Path.Combine(dataDirectory, "server.lock");

    private static string PostgresLock(string dataDirectory) => Path.Combine(dataDirectory, "postgres.lock");

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Waiting for a command that uses the database")]
        public static partial void WaitingForCommand(ILogger logger);
    }
}
