using ErzyCall.Local;
using StackExchange.Redis;

namespace ErzyCall.IntegrationTests.Local;

public sealed class PrivateRedisTests : IDisposable
{
    // The shape of the rate limit: the store's clock, two hashes, one answer of several numbers.
    private const string CountTwice =
        """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
        local counts = {}
        for i = 1, 2 do
            local stored = redis.call('HMGET', KEYS[i], 'count', 'bucket')
            counts[i] = (tonumber(stored[1]) or 0) + 1
            redis.call('HSET', KEYS[i], 'count', counts[i], 'bucket', now)
            redis.call('PEXPIRE', KEYS[i], ARGV[1])
        end
        return {counts[1], counts[2], now}
        """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_script_over_declared_keys_is_atomic()
    {
        await using var redis = await PrivateRedis.StartAsync(_folder.Path, Cancellation);
        var connections = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ConnectionMultiplexer.ConnectAsync(redis.ConnectionString)));
        RedisKey[] keys = ["{key}:minute", "{key}:hour"];

        var answers = await Task.WhenAll(Enumerable.Range(0, 2000).Select(
            i => connections[i % 4].GetDatabase().ScriptEvaluateAsync(CountTwice, keys, [60_000])));

        var counts = answers.Select(answer => ((long[])answer!)[0]).Order();
        Assert.Equal(Enumerable.Range(1, 2000).Select(i => (long)i), counts);
        Assert.InRange((await connections[0].GetDatabase().KeyTimeToLiveAsync(keys[1]))!.Value.TotalMilliseconds, 1, 60_000);
        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_socket_left_by_a_killed_process_is_no_obstacle()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There it is a port.");
        Directory.CreateDirectory(_folder["redis"]);
        await File.WriteAllTextAsync(_folder["redis", "redis.sock"], "", Cancellation);

        await using var redis = await PrivateRedis.StartAsync(_folder.Path, Cancellation);

        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        Assert.True(await connection.GetDatabase().StringSetAsync("key", "value"));
    }

    [Fact]
    public async Task Two_folders_have_two_servers()
    {
        await using var one = await PrivateRedis.StartAsync(_folder["one"], Cancellation);
        await using var other = await PrivateRedis.StartAsync(_folder["other"], Cancellation);
        await using var toOne = await ConnectionMultiplexer.ConnectAsync(one.ConnectionString);
        await using var toOther = await ConnectionMultiplexer.ConnectAsync(other.ConnectionString);

        await toOne.GetDatabase().StringSetAsync("key", "value");

        Assert.False(await toOther.GetDatabase().KeyExistsAsync("key"));
    }
}
