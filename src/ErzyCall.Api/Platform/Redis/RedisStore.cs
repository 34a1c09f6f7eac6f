using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.Tracing;
using StackExchange.Redis;

namespace ErzyCall.Api.Platform.Redis;

/// <summary>
/// Redis as something that may be away. Nothing here is needed for correctness, so a call that fails tells its caller to do without; and
/// from then on nobody asks Redis any more until <see cref="RedisProbe"/> has found that it does what it failed to do. An answer alone is
/// not enough: a replica, a full memory or missing rights refuse only work. Each outage is logged once when it begins and once when it
/// ends.
/// </summary>
internal sealed partial class RedisStore(IConnectionMultiplexer connection, ServerMetrics metrics, ILogger<RedisStore> logger)
{
    /// <summary>
    /// The time that a command may take. It is kept here and not by the driver, which looks at its time-outs only once a second: a stalled
    /// Redis would cost twice as much.
    /// </summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(RedisSetup.CommandTimeoutMilliseconds);

    private int _away;

    /// <summary>
    /// The command that Redis has to carry out to count as back: the last one that it refused or, without such, one of the kind that all
    /// work here is.
    /// </summary>
    private Func<IDatabase, Task<object?>> _proof = ProveAsync;

    public bool IsAway => Volatile.Read(ref _away) == 1;

    /// <summary>
    /// Asks Redis. The result of <paramref name="command"/>, or <c>null</c> when Redis is away: known already, or found out now.
    /// </summary>
    public async Task<T?> TryAsync<T>(Func<IDatabase, Task<T>> command)
        where T : class => IsAway ? null : await AskAsync(async database => await command(database)) as T;

    /// <summary>Whether Redis works, also when it did not before; then it is used again.</summary>
    public async Task<bool> ProbeAsync()
    {
        if (await AskAsync(_proof) is null)
        {
            return false;
        }

        _proof = ProveAsync;

        // Only here: a command that was answered at the last moment before an outage says nothing about the time after it.
        if (Interlocked.Exchange(ref _away, 0) == 1)
        {
            Log.Back(logger);
        }

        return true;
    }

    private async Task<object?> AskAsync(Func<IDatabase, Task<object?>> command)
    {
        using var span = Spans.Begin("redis");
        span?.SetTag("db.system.name", "redis");
        try
        {
            var result = await command(connection.GetDatabase()).WaitAsync(s_patience);
            metrics.RedisAsked(hasAnswered: true);
            return result;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            metrics.RedisAsked(hasAnswered: false);
            span.Fail(failure.GetType().Name);
            if (failure is RedisServerException)
            {
                _proof = command;
            }

            if (Interlocked.Exchange(ref _away, 1) == 0)
            {
                Log.Away(logger, failure.GetBaseException().Message);
            }

            return null;
        }
    }

    /// <summary>Reads the clock and writes, by a script and under a name like those of the limiter.</summary>
    private static async Task<object?> ProveAsync(IDatabase database) =>
        await database.ScriptEvaluateAsync(
            "redis.call('HSET', KEYS[1], 'at', redis.call('TIME')[1]) return redis.call('PEXPIRE', KEYS[1], 60000)", ["rate:proof"]);

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "Redis cannot be reached, or refuses to work: "
            + "rate limits are per node and replays come from PostgreSQL until it is back. {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Information, "Redis is back")]
        public static partial void Back(ILogger logger);
    }
}
