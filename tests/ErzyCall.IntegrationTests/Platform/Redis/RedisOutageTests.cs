using System.Collections.Concurrent;
using System.Net;
using ErzyCall.Api.Platform.RateLimiting;
using ErzyCall.Api.Platform.Redis;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static ErzyCall.IntegrationTests.Platform.Idempotency.KeyedRequests;

namespace ErzyCall.IntegrationTests.Platform.Redis;

public sealed class RedisOutageTests(TestRun run)
{
    public static TheoryData<string> RedisKinds => TestRun.RedisKinds;

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task Emptied_stopped_and_started_again_Redis_changes_no_replay_and_makes_no_second_call(string redisKind)
    {
        await using var redis = await run.StartRedisAsync(redisKind);
        await using var server = await run.StartServerAsync(new TestServerOptions { Redis = redis.ConnectionString });
        var tenant = await server.CreateTenantAsync();
        var body = tenant.ScheduledCall();

        var first = (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldBeNew();
        await using (var operatorConnection = await redis.ConnectAsync())
        {
            await operatorConnection.GetServers()[0].FlushDatabaseAsync();
        }

        (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldReplay(first);

        await redis.StopAsync();
        (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldReplay(first);
        var meanwhile = (await tenant.Api.PostAsync("/calls", Call(), "k2")).ShouldBeNew();
        (await tenant.Api.PostAsync("/calls", Call(), "k2")).ShouldReplay(meanwhile);
        (await tenant.Api.PostAsync("/calls", Call("+14155550101"), "k2")).ShouldBeError(409, "IDEMPOTENCY_MISMATCH");

        await redis.StartAsync();
        await UntilReadinessIsAsync(server, "ok");
        (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldReplay(first);
        (await tenant.Api.PostAsync("/calls", Call(), "k2")).ShouldReplay(meanwhile);
        Assert.Equal((2, 1, 2), await tenant.CountAsync());
    }

    [Fact]
    public async Task With_no_Redis_from_the_start_a_retry_is_replayed_all_the_same()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Redis = "127.0.0.1:1" });
        var tenant = await server.CreateTenantAsync();

        var first = (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeNew();

        (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldReplay(first);
        Assert.Equal("degraded", await ReadinessAsync(server));
    }

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task While_Redis_is_away_the_same_limits_hold_on_this_node_and_each_outage_is_logged_once(string redisKind)
    {
        var log = new ListLogger();
        await using var redis = await run.StartRedisAsync(redisKind);
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Redis = redis.ConnectionString,
            Services = services => services.AddSingleton<ILogger<RedisStore>>(log),
        });
        var tenant = await server.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(5, 1_000) });
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("ok", await ReadinessAsync(server));

        await redis.StopAsync();
        for (var left = 4; left >= 0; left--)
        {
            Assert.Equal($"{left}", (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK).Header("X-RateLimit-Remaining"));
        }

        var refused = (await tenant.Api.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.Equal("degraded", await ReadinessAsync(server));
        Assert.Equal([LogLevel.Warning], log.Levels);

        await redis.StartAsync();
        await UntilReadinessIsAsync(server, "ok");
        Assert.Equal("4", (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK).Header("X-RateLimit-Remaining"));
        Assert.True(await server.Redis().KeyExistsAsync(RateLimiter.RedisKey(tenant.Key.Id)));
        Assert.Equal([LogLevel.Warning, LogLevel.Information], log.Levels);

        await redis.StopAsync();
        await UntilReadinessIsAsync(server, "degraded");
        await tenant.Api.GetAsync("/me");
        Assert.Equal([LogLevel.Warning, LogLevel.Information, LogLevel.Warning], log.Levels);
    }

    private static async Task<string> ReadinessAsync(TestServer server)
    {
        var answer = (await server.CreateApiClient().GetAsync("/health/ready")).ShouldBe(HttpStatusCode.OK).Json;
        var status = answer.GetProperty("status").GetString()!;
        Assert.Equal(status == "ok" ? "up" : "down", answer.GetProperty("dependencies").GetProperty("redis").GetString());
        return status;
    }

    private static Task UntilReadinessIsAsync(TestServer server, string status) =>
        Patience.UntilAsync($"readiness is '{status}'", async () => await ReadinessAsync(server) == status);

    private sealed class ListLogger : ILogger<RedisStore>
    {
        private readonly ConcurrentQueue<LogLevel> _levels = new();

        public IEnumerable<LogLevel> Levels => _levels;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _levels.Enqueue(logLevel);
    }
}
