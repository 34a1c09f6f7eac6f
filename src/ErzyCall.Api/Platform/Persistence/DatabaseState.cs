using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Knows whether PostgreSQL serves, to tell operators of an outage: once when it begins and once when it is over, however many requests and
/// jobs have run into it. These do not ask it: each finds out for itself.
/// </summary>
internal sealed partial class DatabaseState(NpgsqlDataSource database, TimeProvider clock, ILogger<DatabaseState> logger)
{
    /// <summary>An outage is over when nothing has failed for this long: a full disk refuses one statement and answers the next.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(10);

    private int _away;
    private long _failedAt;

    public bool IsAway => Volatile.Read(ref _away) == 1;

    /// <param name="failure">The failure, which is an outage by <see cref="DatabaseFailure.IsOutage"/>.</param>
    public void Failed(Exception failure) => Failed(failure.GetBaseException().Message, DatabaseFailure.IsReadOnly(failure));

    /// <summary>Whether PostgreSQL answers and takes changes, also when it did not before.</summary>
    public async Task<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var question = new NpgsqlCommand("SHOW transaction_read_only", connection)
            {
                CommandTimeout = connection.ConnectionTimeout,
            };
            if (await question.ExecuteScalarAsync(cancellationToken) is "on")
            {
                Failed("It is read-only", isReadOnly: true);
                return false;
            }
        }
        catch (NpgsqlException failure)
        {
            Failed(failure);
            return false;
        }

        if (IsAway && clock.GetElapsedTime(Volatile.Read(ref _failedAt)) >= s_quiet && Interlocked.Exchange(ref _away, 0) == 1)
        {
            Log.Back(logger);
        }

        return true;
    }

    private void Failed(string reason, bool isReadOnly)
    {
        if (isReadOnly)
        {
            // After a failover the address may lead to another PostgreSQL by now, but open connections stay where they are for ever.
            database.Clear();
        }

        Volatile.Write(ref _failedAt, clock.GetTimestamp());
        if (Interlocked.Exchange(ref _away, 1) == 0)
        {
            Log.Away(logger, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "PostgreSQL does not serve: requests are answered 503 and jobs wait until it does. {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Information, "PostgreSQL serves again")]
        public static partial void Back(ILogger logger);
    }
}
