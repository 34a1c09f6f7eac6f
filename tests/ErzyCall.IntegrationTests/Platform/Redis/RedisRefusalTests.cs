using System.Net;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Redis;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace ErzyCall.IntegrationTests.Platform.Redis;

/// <summary>A Redis that answers and refuses to work.</summary>
public sealed class RedisRefusalTests(TestRun run)
{
    private const string Needed = "There is no redis-server on the PATH.";

    [Theory]
    [InlineData("ACL SETUSER default -eval -evalsha", "ACL SETUSER default +@all")]
    [InlineData("ACL SETUSER default -hset", "ACL SETUSER default +@all")]
    [InlineData("ACL SETUSER default -set -setex -psetex", "ACL SETUSER default +@all")]
    [InlineData("ACL SETUSER default resetkeys ~other:*", "ACL SETUSER default allkeys")]
    [InlineData("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE")]
    [InlineData("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0")]
    public async Task One_that_answers_and_refuses_work_is_away_in_one_line_until_the_work_succeeds(string refuse, string allow)
    {
        ArgumentNullException.ThrowIfNull(refuse);
        ArgumentNullException.ThrowIfNull(allow);
        Assert.SkipUnless(RedisServer.Kinds.Contains(RedisServer.Redis), Needed);
        var log = new ListLogger<RedisStore>();
        await using var redis = await run.StartRedisAsync(RedisServer.Redis);
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Redis = redis.ConnectionString,
            Services = services => services.AddSingleton<ILogger<RedisStore>>(log),
        });
        var store = server.Services.GetRequiredService<RedisStore>();
        var tenant = await server.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(50, 1_000) });
        await using var admin = await redis.ConnectAsync();

        await TellAsync(admin, refuse);
        for (var i = 0; i < 3; i++)
        {
            // The first replay is copied to Redis.
            (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), $"k{i}")).ShouldBe(HttpStatusCode.Created);
            (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), $"k{i}")).ShouldBe(HttpStatusCode.Created);
            await store.ProbeAsync();
        }

        Assert.Equal("degraded", await ReadinessAsync(server));
        Assert.Equal([LogLevel.Warning], log.Levels);

        await TellAsync(admin, allow);
        await Patience.UntilAsync("Redis is used again", async () => await ReadinessAsync(server) == "ok");
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal([LogLevel.Warning, LogLevel.Information], log.Levels);
    }

    [Fact]
    public async Task Limits_and_replays_hold_on_a_cluster_of_three()
    {
        Assert.SkipUnless(RedisServer.Kinds.Contains(RedisServer.Redis), Needed);
        using var folder = new TemporaryFolder();
        await using var cluster = await RedisCluster.StartAsync(folder.Path);
        var log = new ListLogger<RedisStore>();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Redis = cluster.ConnectionString,
            Services = services => services.AddSingleton<ILogger<RedisStore>>(log),
        });

        // Enough organizations that each of the three has some of them.
        for (var i = 0; i < 9; i++)
        {
            var tenant = await server.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(3, 1_000) });
            var first = (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), "one")).ShouldBeNew();
            (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), "one")).ShouldReplay(first);
            Assert.Equal("0", (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK).Header("X-RateLimit-Remaining"));
            (await tenant.Api.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
        }

        Assert.Empty(log.Levels);
        Assert.All(await cluster.CountKeysAsync(), keys => Assert.NotEqual(0, keys));
    }

    private static Task<RedisResult> TellAsync(ConnectionMultiplexer admin, string command)
    {
        var words = command.Split(' ');
        return admin.GetServers()[0].ExecuteAsync(words[0], [.. words.Skip(1)]);
    }

    private static async Task<string?> ReadinessAsync(TestServer server) =>
        (await server.CreateApiClient().GetAsync("/health/ready")).ShouldBe(HttpStatusCode.OK).Json.GetProperty("status").GetString();
}
