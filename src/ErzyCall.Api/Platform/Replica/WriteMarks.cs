using System.Globalization;
using ErzyCall.Api.Platform.Redis;
using Npgsql;
using NpgsqlTypes;

namespace ErzyCall.Api.Platform.Replica;

/// <summary>
/// Remembers, for all copies of the server, the place in the log behind what a key has written last, so that the key finds what it wrote:
/// it reads from the primary until the replica has come to that place. The marks are in Redis, and each is written before the answer to
/// what it marks. While Redis is away nobody reads from the replica; what was written in the moment in which it went away has no mark, and
/// may be missing from its key's lists for as long as the replica may be behind.
/// </summary>
internal sealed class WriteMarks(RedisStore redis, NpgsqlDataSource primary)
{
    /// <summary>The place that no replica has come to.</summary>
    private const string Unknown = "FFFFFFFFFFFFFFFF";

    /// <summary>Far longer than a replica may be behind that is read.</summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(1);

    /// <summary>Of two requests of a key the one that wrote later counts, whichever comes here first.</summary>
    private const string Script =
        """
        local known = redis.call('GET', KEYS[1])
        if not known or known < ARGV[1] then
          redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        end
        return 1
        """;

    /// <summary>Marks the caller's writes, all that it has committed until now.</summary>
    public async Task SetAsync(Caller caller)
    {
        var mark = await MarkAsync();
        await redis.TryAsync(database => database.ScriptEvaluateAsync(Script, [NameOf(caller)], [mark, (long)s_kept.TotalMilliseconds]));
    }

    /// <summary>Whether a replica that has come to <paramref name="place"/> has all that the caller wrote.</summary>
    public async Task<bool> AreBeforeAsync(NpgsqlLogSequenceNumber place, Caller caller) =>
        await redis.TryAsync(async database => (string?)await database.StringGetAsync(NameOf(caller)) ?? "") is { } mark
        && string.CompareOrdinal(mark, TextOf(place)) <= 0;

    private async Task<string> MarkAsync()
    {
        try
        {
            return TextOf((await LogPlace.OfAsync(primary, CancellationToken.None)).End);
        }
        catch (NpgsqlException)
        {
            return Unknown;
        }
    }

    // Of one length, so that texts are in the order of their numbers.
    private static string TextOf(NpgsqlLogSequenceNumber place) => ((ulong)place).ToString("X16", CultureInfo.InvariantCulture);

    private static string NameOf(Caller caller) => $"wrote:{caller.KeyId}";
}

/// <summary>Marks what each request has written, as its answer starts: by then it is committed.</summary>
internal sealed class WriteMarkStep(RequestDelegate next, WriteMarks marks)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (Caller.Find(context) is { } caller && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.OnStarting(() => marks.SetAsync(caller));
        }

        return next(context);
    }
}
