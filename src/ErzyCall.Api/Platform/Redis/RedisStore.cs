using ErzyCall.Api.Platform.Observability;
using StackExchange.Redis;

namespace ErzyCall.Api.Platform.Redis;

/// <summary>
/// Redis as something that may be away. Nothing here is needed for correctness, so a call that fails tells its caller to do without, and
/// for a short while nobody else waits for it either. Each outage is logged once when it begins and once when it ends.
/// </summary>
internal sealed partial class RedisStore(IConnectionMultiplexer connection, ServerMetrics metrics, TimeProvider clock, ILogger<RedisStore> logger)
{
    /// <summary>After a failure Redis is left alone for this long: a stalled server costs one request in a second its time-out, not all of them.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private long _pausedSince;
    private int _away;

    /// <summary>The result of <paramref name="command"/>, or <c>null</c> when Redis could not be reached.</summary>
    public async Task<T?> TryAsync<T>(Func<IDatabase, Task<T>> command)
        where T : class
    {
        if (Volatile.Read(ref _away) == 1 && clock.GetElapsedTime(Volatile.Read(ref _pausedSince)) < s_pause)
        {
            return null;
        }

        try
        {
            var result = await command(connection.GetDatabase());
            metrics.RedisAsked(hasAnswered: true);
            if (Interlocked.Exchange(ref _away, 0) == 1)
            {
                Log.Back(logger);
            }

            return result;
        }
        catch (Exception failure) when (failure is RedisException or RedisTimeoutException or ObjectDisposedException)
        {
            metrics.RedisAsked(hasAnswered: false);
            Volatile.Write(ref _pausedSince, clock.GetTimestamp());
            if (Interlocked.Exchange(ref _away, 1) == 0)
            {
                Log.Away(logger, failure.GetBaseException().Message);
            }

            return null;
        }
    }

    /// <summary>Asks whether Redis answers; for readiness.</summary>
    public async Task<bool> PingAsync() => await TryAsync(async database => (object)await database.PingAsync()) is not null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Redis cannot be reached: rate limits are per node and replays come from PostgreSQL until it is back. {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Information, "Redis is back")]
        public static partial void Back(ILogger logger);
    }
}
