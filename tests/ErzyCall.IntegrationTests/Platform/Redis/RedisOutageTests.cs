using System.Net;
using ErzyCall.Api.Platform.Authentication;
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
        var log = new ListLogger<RedisStore>();
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
        await using (var looking = await redis.ConnectAsync())
        {
            Assert.True(await looking.GetDatabase().KeyExistsAsync(RateLimitSubject.Of(tenant.Caller)[0].Name));
        }

        Assert.Equal([LogLevel.Warning, LogLevel.Information], log.Levels);

        await redis.StopAsync();
        await UntilReadinessIsAsync(server, "degraded");
        await tenant.Api.GetAsync("/me");
        Assert.Equal([LogLevel.Warning, LogLevel.Information, LogLevel.Warning], log.Levels);
    }

    [Fact]
    public async Task A_Redis_that_stands_still_is_waited_for_once_and_used_again_when_it_goes_on()
    {
        Assert.SkipUnless(RedisServer.Kinds.Contains(RedisServer.Redis), "There is no redis-server on the PATH, and the one inside this process cannot be held up alone.");
        var log = new ListLogger<RedisStore>();
        await using var redis = await run.StartRedisAsync(RedisServer.Redis);
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Redis = redis.ConnectionString,
            Services = services => services.AddSingleton<ILogger<RedisStore>>(log),
        });
        var store = server.Services.GetRequiredService<RedisStore>();
        var tenant = await server.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(5, 1_000) });
        var (_, other) = await tenant.AddKeyAsync(["*"]);
        var first = (await other.PostAsync("/calls", Call(), "k1")).ShouldBeNew();
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);

        await redis.StandStillAsync();

        // Whoever comes in the first moment waits until the first of them has given up.
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => other.PostAsync("/calls", Call(), "k1")));
        Assert.All(answers, answer => answer.ShouldReplay(first));
        Assert.True(store.IsAway);

        // Nobody who comes later asks.
        var asked = false;
        Assert.Null(await store.TryAsync(_ =>
        {
            asked = true;
            return Task.FromResult(new object());
        }));
        Assert.False(asked);
        for (var left = 4; left >= 0; left--)
        {
            Assert.Equal($"{left}", (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK).Header("X-RateLimit-Remaining"));
        }

        (await tenant.Api.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
        (await other.PostAsync("/calls", Call("+14155550101"), "k2")).ShouldBeNew();
        Assert.Equal("degraded", await ReadinessAsync(server));
        Assert.Equal([LogLevel.Warning], log.Levels);

        // It is found by itself, and what it counted before is still there.
        await redis.GoOnAsync();
        await Patience.UntilAsync("Redis is used again", () => !store.IsAway);
        Assert.Equal("3", (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK).Header("X-RateLimit-Remaining"));
        Assert.Equal([LogLevel.Warning, LogLevel.Information], log.Levels);
    }

    [Fact]
    public async Task A_command_that_is_never_answered_is_given_up()
    {
        await using var server = await run.StartServerAsync();
        var store = server.Services.GetRequiredService<RedisStore>();

        var asking = store.TryAsync(_ => new TaskCompletionSource<object>().Task);

        Assert.Null(await asking.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_server_starts_beside_a_Redis_that_stands_still()
    {
        Assert.SkipUnless(RedisServer.Kinds.Contains(RedisServer.Redis), "There is no redis-server on the PATH, and the one inside this process cannot be held up alone.");
        await using var redis = await run.StartRedisAsync(RedisServer.Redis);
        await redis.StandStillAsync();

        await using var server = await run.StartServerAsync(new TestServerOptions { Redis = redis.ConnectionString });
        var tenant = await server.CreateTenantAsync();
        (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeNew();
        Assert.Equal("degraded", await ReadinessAsync(server));

        await redis.GoOnAsync();
        await UntilReadinessIsAsync(server, "ok");
    }

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task An_answer_from_before_an_outage_does_not_end_it(string redisKind)
    {
        var log = new ListLogger<RedisStore>();
        await using var redis = await run.StartRedisAsync(redisKind);
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Redis = redis.ConnectionString,
            Services = services => services.AddSingleton<ILogger<RedisStore>>(log),
        });
        var store = server.Services.GetRequiredService<RedisStore>();
        var answer = new TaskCompletionSource<object>();
        var early = store.TryAsync(_ => answer.Task);

        await redis.StopAsync();
        Assert.Null(await store.TryAsync(async database => (object)await database.PingAsync()));
        answer.SetResult(new object());
        await early;

        Assert.True(store.IsAway);
        Assert.Equal([LogLevel.Warning], log.Levels);
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
}
