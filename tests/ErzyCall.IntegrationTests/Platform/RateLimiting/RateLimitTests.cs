using System.Globalization;
using System.Net;
using CsCheck;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.RateLimiting;
using ErzyCall.IntegrationTests.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;

namespace ErzyCall.IntegrationTests.Platform.RateLimiting;

public sealed class RateLimitTests(TestRun run)
{
    private static readonly string[] s_headers = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit"];

    public static TheoryData<string> RedisKinds => TestRun.RedisKinds;

    /// <summary>Limits, and how many milliseconds pass after each request: often none, sometimes minutes or hours.</summary>
    private static readonly Gen<(RateLimits Limits, int[] Passes)> s_traffic = Gen.Select(
        Gen.OneOf((1, 1), (3, 1_000), (100, 4), (7, 20), (60, 1_000), (int.MaxValue, int.MaxValue)).Select((minute, hour) => new RateLimits(minute, hour)),
        Gen.Frequency((5, Gen.Const(0)), (3, Gen.Int[0, 30_000]), (1, Gen.Int[0, 150_000]), (1, Gen.Int[0, 9_000_000])).Array[1, 60]);

    /// <summary>Time passes by moving what is stored back, on the clock that the script reads. That the formula is right its own tests show.</summary>
    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task The_script_in_Redis_decides_as_the_formula_does(string redisKind)
    {
        var server = await run.SharedOn(redisKind);
        var limiter = server.Services.GetRequiredService<RateLimiter>();
        var tenant = await server.CreateTenantAsync();
        var refused = 0;
        await s_traffic.SampleAsync(
            async (limits, passes) =>
            {
                var caller = tenant.Caller with { KeyId = Id<ApiKey>.New(tenant.Now), Limits = limits };
                (WindowUsage Minute, WindowUsage Hour)? stored = null;
                foreach (var passed in passes)
                {
                    var actual = await limiter.TakeAsync(caller);

                    var minute = stored?.Minute.RotatedTo(actual.Now) ?? WindowUsage.Unused(WindowUsage.Minute, actual.Now);
                    var hour = stored?.Hour.RotatedTo(actual.Now) ?? WindowUsage.Unused(WindowUsage.Hour, actual.Now);
                    Assert.Equal(RateLimitDecision.Take(limits, minute, hour, actual.Now), actual);
                    if (actual.IsAllowed)
                    {
                        stored = (actual.Minute, actual.Hour);
                    }
                    else
                    {
                        refused++;
                    }

                    stored = (stored!.Value.Minute with { Start = stored.Value.Minute.Start - passed }, stored.Value.Hour with { Start = stored.Value.Hour.Start - passed });
                    await PassAsync(server, RateLimiter.RedisKey(caller.KeyId), passed);
                }
            },
            iter: Iterations.Usually(40),
            threads: 1);

        Assert.NotEqual(0, refused);
    }

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task The_first_request_is_told_the_whole_state_of_both_windows(string redisKind)
    {
        var server = await run.SharedOn(redisKind);
        var tenant = await server.CreateTenantAsync(new TenantOptions { Limits = RateLimits.Default });

        var response = (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);

        var began = (long)await server.Redis().HashGetAsync(RateLimiter.RedisKey(tenant.Key.Id), "ms");
        Assert.Equal(
            ["60", "59", $"{(began + 120_000 + 999) / 1_000}", "\"minute\";q=60;w=60, \"hour\";q=1000;w=3600", "\"minute\";r=59;t=120, \"hour\";r=999;t=7200"],
            s_headers.Select(response.Header));
    }

    [Fact]
    public async Task The_headers_tell_of_the_hour_when_less_is_left_of_it()
    {
        var tenant = await run.Shared.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(60, 2) });

        var response = await tenant.Api.GetAsync("/me");

        var began = (long)await run.Shared.Redis().HashGetAsync(RateLimiter.RedisKey(tenant.Key.Id), "hs");
        Assert.Equal(["2", "1", $"{(began + 7_200_000 + 999) / 1_000}"], s_headers[..3].Select(response.Header));
    }

    public static TheoryData<string, string, string?, int> Refusals => new()
    {
        { "GET", "/nowhere", null, 404 },
        { "GET", "/calls/call_01hzzzzzzze00000000000000z", null, 404 },
        { "GET", "/calls/x", null, 400 },
        { "GET", "/calls?limit=0", null, 400 },
        { "GET", "/calls?limit=0", "application/problem+json", 400 },
        { "POST", "/calls", null, 400 },
        { "DELETE", "/calls", null, 405 },
        { "POST", "/api-keys", null, 403 },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task An_error_takes_one_and_carries_the_headers(string method, string path, string? accept, int status)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, api) = await tenant.AddKeyAsync(["calls:read", "calls:write"], new RateLimits(10, 1_000));

        var response = (await api.SendAsync(new HttpMethod(method), path, null, accept is null ? [] : [("Accept", accept)])).ShouldBe((HttpStatusCode)status);

        Assert.All(s_headers, name => Assert.NotNull(response.Header(name)));
        Assert.Equal("9", response.Header("X-RateLimit-Remaining"));
    }

    [Fact]
    public async Task Who_is_not_known_is_told_of_no_limit()
    {
        var response = (await run.Shared.CreateApiClient("ek_test_unknown").GetAsync("/me")).ShouldBe(HttpStatusCode.Unauthorized);

        Assert.All(s_headers, name => Assert.Null(response.Header(name)));
    }

    public static TheoryData<string, int, int> Limits =>
        [.. RedisServer.Kinds.SelectMany(kind => (IEnumerable<TheoryDataRow<string, int, int>>)[(kind, 3, 1_000), (kind, 1_000, 3), (kind, 1, 1), (kind, 3, 3)])];

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task A_refused_request_takes_nothing_and_one_sent_after_exactly_Retry_After_succeeds(string redisKind, int perMinute, int perHour)
    {
        var server = await run.SharedOn(redisKind);
        var tenant = await server.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(perMinute, perHour) });
        var hash = RateLimiter.RedisKey(tenant.Key.Id);
        for (var i = 0; i < Math.Min(perMinute, perHour); i++)
        {
            (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        }

        for (var round = 0; round < 3; round++)
        {
            var before = await StateAsync(server, hash);
            var refused = (await tenant.Api.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
            (await tenant.Api.GetAsync("/nowhere")).ShouldBeError(429, "RATE_LIMITED");
            Assert.Equal(before, await StateAsync(server, hash));
            var seconds = refused.Header("Retry-After")!;
            Assert.Equal($"Rate limit exceeded. Retry after {seconds}s", refused.Json.GetProperty("error").GetProperty("message").GetString());
            Assert.Equal("0", refused.Header("X-RateLimit-Remaining"));
            Assert.All(s_headers, name => Assert.NotNull(refused.Header(name)));

            await PassAsync(server, hash, 1_000 * int.Parse(seconds, CultureInfo.InvariantCulture));
            (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Each_key_has_limits_of_its_own()
    {
        var tenant = await run.Shared.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(1, 10) });
        var (_, other) = await tenant.AddKeyAsync(["*"], new RateLimits(1, 10));

        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
        (await other.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task Two_copies_of_the_server_let_pass_together_what_the_key_allows(string redisKind)
    {
        var database = await run.CreateDatabaseAsync();
        var options = new TestServerOptions { Postgres = database, Redis = run.RedisConnectionString(redisKind) };
        await using var one = await run.StartServerAsync(options);
        await using var other = await run.StartServerAsync(options);

        // The hour decides: however slowly the requests go, no window moves on by a whole request meanwhile.
        var tenant = await one.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(1_000, 30) });
        var otherApi = other.CreateApiClient(tenant.Secret);

        var responses = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => (i % 2 == 0 ? tenant.Api : otherApi).GetAsync("/me")));

        Assert.Equal(30, responses.Count(response => response.Status == HttpStatusCode.OK));
        Assert.Equal(50, responses.Count(response => response.Status == HttpStatusCode.TooManyRequests));
        var remaining = responses.Where(response => response.Status == HttpStatusCode.OK).Select(response => int.Parse(response.Header("X-RateLimit-Remaining")!, CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(0, 30), remaining.Order());
    }

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task A_key_costs_one_small_hash_that_goes_away_and_a_request_one_round_trip(string redisKind)
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Redis = run.RedisConnectionString(redisKind) });
        var tenant = await server.CreateTenantAsync();
        var hash = RateLimiter.RedisKey(tenant.Key.Id);
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);

        var session = new ProfilingSession();
        server.Services.GetRequiredService<IConnectionMultiplexer>().RegisterProfiler(() => session);
        for (var i = 0; i < 50; i++)
        {
            (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        }

        Assert.Equal(Enumerable.Repeat("EVAL", 50), session.FinishProfiling().Select(command => command.Command).Order(StringComparer.Ordinal));
        (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), "k1")).ShouldBeNew();
        Assert.Equal(["EVAL", "GET", "PSETEX"], session.FinishProfiling().Select(command => command.Command).Order(StringComparer.Ordinal));
        (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), "k1")).ShouldBe(HttpStatusCode.Created);
        Assert.Equal(["EVAL", "GET"], session.FinishProfiling().Select(command => command.Command).Order(StringComparer.Ordinal));

        Assert.Equal(6, await server.Redis().HashLengthAsync(hash));
        Assert.InRange((await server.Redis().KeyTimeToLiveAsync(hash))!.Value, TimeSpan.FromMinutes(119), TimeSpan.FromMinutes(120));
    }

    [Fact]
    public async Task Without_Redis_Retry_After_is_exact_to_the_second()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero));
        await using var server = await run.StartServerAsync(new TestServerOptions { Redis = "127.0.0.1:1", Clock = clock });
        var tenant = await server.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(3, 5) });
        for (var i = 0; i < 5; i++)
        {
            var response = await tenant.Api.GetAsync("/me");
            if (response.Status == HttpStatusCode.TooManyRequests)
            {
                await WaitAsync(response);
                response = await tenant.Api.GetAsync("/me");
            }

            response.ShouldBe(HttpStatusCode.OK);
        }

        // The minute has room again long before the hour.
        var refused = (await tenant.Api.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture), 3_000, 7_200);
        await WaitAsync(refused);
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);

        async Task WaitAsync(ApiResponse response)
        {
            clock.Advance(TimeSpan.FromSeconds(int.Parse(response.Header("Retry-After")!, CultureInfo.InvariantCulture) - 1));
            (await tenant.Api.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
            clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task An_address_that_fails_to_authenticate_a_hundred_times_a_minute_has_to_wait_but_a_valid_key_has_not()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero));
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock });
        var tenant = await server.CreateTenantAsync();
        var stranger = server.CreateApiClient();
        for (var i = 0; i < 100; i++)
        {
            (await stranger.GetAsync("/me")).ShouldBeError(401, "UNAUTHORIZED");
        }

        var refused = (await stranger.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        var seconds = int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture);
        clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        (await stranger.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
        clock.Advance(TimeSpan.FromSeconds(1));
        (await stranger.GetAsync("/me")).ShouldBeError(401, "UNAUTHORIZED");
    }

    private static async Task PassAsync(TestServer server, RedisKey hash, long milliseconds)
    {
        await server.Redis().HashDecrementAsync(hash, "ms", milliseconds);
        await server.Redis().HashDecrementAsync(hash, "hs", milliseconds);
    }

    private static async Task<string> StateAsync(TestServer server, RedisKey hash) =>
        string.Join(' ', (await server.Redis().HashGetAllAsync(hash)).Select(entry => entry.ToString()).Order(StringComparer.Ordinal));
}
