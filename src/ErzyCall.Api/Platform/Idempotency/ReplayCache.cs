using System.Text.Json;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Redis;
using StackExchange.Redis;

namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>
/// Copies of stored responses in Redis, so that a replay need not open a transaction. The first replay makes the copy, out of what is
/// committed, so what is here has happened; what is not here, PostgreSQL knows.
/// </summary>
internal sealed class ReplayCache(RedisStore redis, TimeProvider clock)
{
    /// <summary>The largest body that is copied, in bytes. Larger ones (of batches) are replayed from PostgreSQL.</summary>
    private const int MaxBody = 64 * 1024;

    public async Task<StoredResponse?> FindAsync(IdempotentRequest request)
    {
        var copy = await redis.TryAsync(async database => (byte[]?)await database.StringGetAsync(Key(request)) ?? []);
        var kept = copy is { Length: > 0 } ? Read(copy) : null;
        return kept?.ExpiresAt > clock.GetUtcNow() ? kept : null;
    }

    public async Task PutAsync(IdempotentRequest request, StoredResponse kept)
    {
        var rest = kept.ExpiresAt - clock.GetUtcNow();
        if (kept.Body.Length <= MaxBody && rest > TimeSpan.Zero)
        {
            var copy = JsonSerializer.SerializeToUtf8Bytes(kept, JsonSettings.Default);
            await redis.TryAsync(async database => (object)await database.StringSetAsync(Key(request), copy, rest));
        }
    }

    public static RedisKey Key(IdempotentRequest request) => $"replay:{Convert.ToHexStringLower(request.Hash)}";

    // A copy that cannot be read, such as one of another version, counts as none: PostgreSQL has the response.
    private static StoredResponse? Read(byte[] copy)
    {
        try
        {
            return JsonSerializer.Deserialize<StoredResponse>(copy, JsonSettings.Default);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
