using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Redis;
using StackExchange.Redis;

namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>
/// Limits a key over all nodes: both windows in one hash, judged and counted by one script in one round trip, on the clock of Redis so
/// that no node's clock matters. While Redis cannot be reached each node limits alone with the same limits, and requests do not fail.
/// </summary>
internal sealed class RateLimiter(RedisStore redis, LocalRateLimiter local)
{
    /// <summary>
    /// The Lua form of <see cref="RateLimitDecision.Take"/> with <see cref="WindowUsage.RotatedTo"/> before it; a test holds the two against each other.
    /// The hash expires when its hour window has emptied, so a key that rests costs nothing.
    /// </summary>
    public const string Script =
        """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        local state = redis.call('HMGET', KEYS[1], 'ms', 'mp', 'mc', 'hs', 'hp', 'hc')
        local limits = { tonumber(ARGV[1]), tonumber(ARGV[2]) }
        local lengths = { 60000, 3600000 }
        local windows = {}
        local allowed = 1
        for i = 1, 2 do
          local start = tonumber(state[i * 3 - 2] or now)
          local previous = tonumber(state[i * 3 - 1] or 0)
          local current = tonumber(state[i * 3] or 0)
          local passed = math.floor((now - start) / lengths[i])
          if passed == 1 then
            start, previous, current = start + lengths[i], current, 0
          elseif passed > 1 then
            start, previous, current = now, 0, 0
          end
          local overlap = lengths[i] - math.max(0, math.min(now - start, lengths[i]))
          if previous * overlap > (limits[i] - 1 - current) * lengths[i] then
            allowed = 0
          end
          windows[i] = { start, previous, current }
        end
        if allowed == 1 then
          windows[1][3] = windows[1][3] + 1
          windows[2][3] = windows[2][3] + 1
          redis.call('HSET', KEYS[1],
            'ms', string.format('%.0f', windows[1][1]), 'mp', windows[1][2], 'mc', windows[1][3],
            'hs', string.format('%.0f', windows[2][1]), 'hp', windows[2][2], 'hc', windows[2][3])
          redis.call('PEXPIRE', KEYS[1], 7200000)
        end
        return { allowed, now, windows[1][1], windows[1][2], windows[1][3], windows[2][1], windows[2][2], windows[2][3] }
        """;

    public static string RedisKey(Id<ApiKey> key) => $"rate:{key}";

    public async Task<RateLimitDecision> TakeAsync(Caller caller)
    {
        var key = RedisKey(caller.KeyId);
        var limits = caller.Limits;
        var reply = await redis.TryAsync(database =>
            database.ScriptEvaluateAsync(Script, [new RedisKey(key)], [limits.PerMinute, limits.PerHour]));
        return reply is { } result ? Read((long[])result!, limits) : local.Take(key, limits);
    }

    private static RateLimitDecision Read(long[] reply, RateLimits limits) => new(
        IsAllowed: reply[0] == 1,
        limits,
        new WindowUsage(WindowUsage.Minute, reply[2], reply[3], reply[4]),
        new WindowUsage(WindowUsage.Hour, reply[5], reply[6], reply[7]),
        Now: reply[1]);
}
