using ErzyCall.Api.Platform.Redis;
using StackExchange.Redis;

namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>
/// Limits keys and organizations over all copies of the server: both windows of a subject in one hash, all judged and counted by one script
/// in one round trip, on the clock of Redis so that no copy's clock matters. While Redis cannot be reached each copy limits alone with the
/// same limits, and requests do not fail.
/// </summary>
internal sealed class RateLimiter(RedisStore redis, LocalRateLimiter local)
{
    /// <summary>
    /// The Lua form of <see cref="RateLimitDecision.Take"/> with <see cref="WindowUsage.RotatedTo"/> before it; a test holds the two
    /// against each other. It takes any number of subjects: a hash, and the limits of its minute and its hour. A hash expires when its hour
    /// window has emptied, so a subject that rests costs nothing.
    /// </summary>
    public const string Script =
        """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        local lengths = { 60000, 3600000 }
        local windows = {}
        local allowed = 1
        for k = 1, #KEYS do
          local state = redis.call('HMGET', KEYS[k], 'ms', 'mp', 'mc', 'hs', 'hp', 'hc')
          for i = 1, 2 do
            local limit = tonumber(ARGV[k * 2 - 2 + i])
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
            if previous * overlap > (limit - 1 - current) * lengths[i] then
              allowed = 0
            end
            windows[#windows + 1] = { start, previous, current }
          end
        end
        local reply = { allowed, now }
        for w = 1, #windows do
          windows[w][3] = windows[w][3] + allowed
          for part = 1, 3 do
            reply[#reply + 1] = windows[w][part]
          end
        end
        if allowed == 1 then
          for k = 1, #KEYS do
            local minute, hour = windows[k * 2 - 1], windows[k * 2]
            redis.call('HSET', KEYS[k],
              'ms', string.format('%.0f', minute[1]), 'mp', minute[2], 'mc', minute[3],
              'hs', string.format('%.0f', hour[1]), 'hp', hour[2], 'hc', hour[3])
            redis.call('PEXPIRE', KEYS[k], 7200000)
          end
        end
        return reply
        """;

    public async Task<RateLimitDecision> TakeAsync(Caller caller)
    {
        var subjects = RateLimitSubject.Of(caller);
        var reply = await redis.TryAsync(database => database.ScriptEvaluateAsync(
            Script,
            [.. subjects.Select(subject => new RedisKey(subject.Name))],
            [.. subjects.SelectMany(subject => new RedisValue[] { subject.Limits.PerMinute, subject.Limits.PerHour })]));
        return reply is { } result ? Read((long[])result!, subjects) : local.Take(subjects);
    }

    private static RateLimitDecision Read(long[] reply, IReadOnlyList<RateLimitSubject> subjects) => new(
        IsAllowed: reply[0] == 1,
        [.. subjects.SelectMany((subject, index) =>
            subject.With(UsageIn(reply, 2 * index, WindowUsage.Minute), UsageIn(reply, (2 * index) + 1, WindowUsage.Hour)))],
        Now: reply[1]);

    private static WindowUsage UsageIn(long[] reply, int window, long length) =>
        new(length, reply[2 + (3 * window)], reply[3 + (3 * window)], reply[4 + (3 * window)]);
}
