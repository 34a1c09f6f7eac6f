using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace ErzyCall.Bench.Floor;

internal readonly record struct FloorLimits(int PerMinute, int PerHour, int OrganizationPerMinute, int OrganizationPerHour)
{
    public RedisValue[] Values => [PerMinute, PerHour, OrganizationPerMinute, OrganizationPerHour];
}

/// <summary>The four windows of a request (minute and hour of its key, then of its organization) as Redis left them.</summary>
internal readonly struct FloorUsage(long[] reply, FloorLimits limits)
{
    private const string Script =
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local sizes, out, ok = { 60000, 3600000 }, {}, 1
        for k = 1, #KEYS do
          local h = redis.call('HMGET', KEYS[k], 'ms', 'mp', 'mc', 'hs', 'hp', 'hc')
          for w = 1, 2 do
            local size, i = sizes[w], w * 3
            local start, old, new = tonumber(h[i - 2] or now), tonumber(h[i - 1] or 0), tonumber(h[i] or 0)
            local steps = math.floor((now - start) / size)
            if steps == 1 then
              start, old, new = start + size, new, 0
            elseif steps > 1 then
              start, old, new = now, 0, 0
            end
            if old * math.min(size, size - now + start) > (ARGV[k * 2 - 2 + w] - 1 - new) * size then ok = 0 end
            local n = #out
            out[n + 1], out[n + 2], out[n + 3] = start, old, new
          end
        end
        if ok == 1 then
          for k = 1, #KEYS do
            local n = k * 6 - 6
            out[n + 3], out[n + 6] = out[n + 3] + 1, out[n + 6] + 1
            redis.call('HSET', KEYS[k], 'ms', string.format('%.0f', out[n + 1]), 'mp', out[n + 2], 'mc', out[n + 3],
              'hs', string.format('%.0f', out[n + 4]), 'hp', out[n + 5], 'hc', out[n + 6])
            redis.call('PEXPIRE', KEYS[k], 7200000)
          end
        end
        return { ok, now, unpack(out) }
        """;

    private static readonly string[] s_names = ["minute", "hour", "org-minute", "org-hour"];
    private static readonly long[] s_sizes = [60_000, 3_600_000, 60_000, 3_600_000];

    public bool IsAllowed => reply[0] == 1;

    private long Now => reply[1];

    public static async Task<FloorUsage> TakeAsync(IDatabase redis, FloorKey key) =>
        new((long[])(await redis.ScriptEvaluateAsync(Script, key.Windows, key.Limits.Values))!, key.Limits);

    public void Write(IHeaderDictionary headers)
    {
        var tightest = 0;
        Span<long> left = stackalloc long[4];
        var policies = new StringBuilder(96);
        var rates = new StringBuilder(96);
        for (var window = 0; window < 4; window++)
        {
            left[window] = Left(window);
            if (left[window] * Limit(tightest) < left[tightest] * Limit(window))
            {
                tightest = window;
            }

            var separator = window == 0 ? "" : ", ";
            policies.Append(
                CultureInfo.InvariantCulture, $"{separator}\"{s_names[window]}\";q={Limit(window)};w={s_sizes[window] / 1000}");
            rates.Append(
                CultureInfo.InvariantCulture, $"{separator}\"{s_names[window]}\";r={left[window]};t={Seconds(EmptyAt(window) - Now)}");
        }

        headers["X-RateLimit-Limit"] = Limit(tightest).ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = left[tightest].ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = Seconds(EmptyAt(tightest)).ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Policy"] = policies.ToString();
        headers["RateLimit"] = rates.ToString();
    }

    public async Task RefuseAsync(HttpResponse response)
    {
        var seconds = 1L;
        for (var window = 0; window < 4; window++)
        {
            seconds = Math.Max(seconds, Seconds(RoomIn(window)));
        }

        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await FloorJson.WriteAsync(
            response,
            Encoding.UTF8.GetBytes(
                $$$"""{"error":{"code":"RATE_LIMITED","message":"Rate limit exceeded. Retry after {{{seconds}}}s"}}"""));
    }

    private static long Seconds(long milliseconds) => (milliseconds + 999) / 1000;

    private long Limit(int window) => window switch
    {
        0 => limits.PerMinute,
        1 => limits.PerHour,
        2 => limits.OrganizationPerMinute,
        _ => limits.OrganizationPerHour,
    };

    private long Start(int window) => reply[2 + (window * 3)];

    private long Old(int window) => reply[3 + (window * 3)];

    private long New(int window) => reply[4 + (window * 3)];

    private long Overlap(int window) => s_sizes[window] - Math.Clamp(Now - Start(window), 0, s_sizes[window]);

    private long Left(int window) => Math.Max(
        0, (long)Math.Floor(Limit(window) - (((double)Old(window) * Overlap(window) / s_sizes[window]) + New(window))));

    private long EmptyAt(int window) =>
        New(window) > 0 ? Start(window) + (2 * s_sizes[window]) : Old(window) > 0 ? Start(window) + s_sizes[window] : Now;

    private long RoomIn(int window)
    {
        var (size, free) = (s_sizes[window], Limit(window) - 1 - New(window));
        return Old(window) * Overlap(window) <= free * size ? 0
            : free >= 0 ? Start(window) + size - (free * size / Old(window)) - Now
            : Start(window) + (2 * size) - ((Limit(window) - 1) * size / New(window)) - Now;
    }
}
