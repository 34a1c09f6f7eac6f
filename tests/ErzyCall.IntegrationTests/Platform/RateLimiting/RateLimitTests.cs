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

    private static readonly Gen<RateLimits> s_anyLimits =
        Gen.OneOf((1, 1), (3, 1_000), (100, 4), (7, 20), (60, 1_000), (int.MaxValue, int.MaxValue)).Select((minute, hour) => new RateLimits(minute, hour));

    /// <summary>Limits of two keys and of their organization, and requests: which key, and how many milliseconds pass after it; often none, sometimes minutes or hours.</summary>
    private static readonly Gen<(RateLimits[] Keys, RateLimits Organization, (int Key, int Passed)[] Requests)> s_traffic = Gen.Select(
        s_anyLimits.Array[2],
        s_anyLimits,
        Gen.Select(Gen.Int[0, 1], Gen.Frequency((5, Gen.Const(0)), (3, Gen.Int[0, 30_000]), (1, Gen.Int[0, 150_000]), (1, Gen.Int[0, 9_000_000]))).Array[1, 60]);

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
            async (keys, organization, requests) =>
            {
                var anywhere = tenant.Caller with { OrganizationId = Id<Owner>.New(tenant.Now), OrganizationLimits = organization };
                var callers = keys.Select(limits => anywhere with { KeyId = Id<Caller>.New(tenant.Now), Limits = limits }).ToList();
                var stored = new Dictionary<string, (WindowUsage Minute, WindowUsage Hour)>();
                foreach (var (key, passed) in requests)
                {
                    var subjects = RateLimitSubject.Of(callers[key]);

                    var actual = await limiter.TakeAsync(callers[key]);

                    var expected = RateLimitDecision.Take(
                        [.. subjects.SelectMany(subject => stored.TryGetValue(subject.Name, out var used)
                            ? subject.With(used.Minute.RotatedTo(actual.Now), used.Hour.RotatedTo(actual.Now))
                            : subject.With(WindowUsage.Unused(WindowUsage.Minute, actual.Now), WindowUsage.Unused(WindowUsage.Hour, actual.Now)))],
                        actual.Now);
                    Assert.Equal((expected.IsAllowed, expected.Now), (actual.IsAllowed, actual.Now));
                    Assert.Equal(expected.Windows, actual.Windows);
                    refused += actual.IsAllowed ? 0 : 1;
                    for (var i = 0; i < subjects.Count && actual.IsAllowed; i++)
                    {
                        stored[subjects[i].Name] = (actual.Windows[2 * i].Usage, actual.Windows[(2 * i) + 1].Usage);
                    }

                    foreach (var (name, used) in stored)
                    {
                        stored[name] = (used.Minute with { Start = used.Minute.Start - passed }, used.Hour with { Start = used.Hour.Start - passed });
                        await PassAsync(server, name, passed);
                    }
                }
            },
            iter: Iterations.Usually(8),
            threads: 1);

        Assert.NotEqual(0, refused);
    }

    [Theory]
    [MemberData(nameof(RedisKinds))]
    public async Task The_first_request_is_told_the_whole_state_of_all_windows(string redisKind)
    {
        var server = await run.SharedOn(redisKind);
        var tenant = await server.CreateTenantAsync(new TenantOptions { Limits = RateLimits.Default });

        var response = (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);

        var began = (long)await server.Redis().HashGetAsync(KeyOf(tenant), "ms");
        Assert.Equal(
            [
                "60", "59", $"{(began + 120_000 + 999) / 1_000}",
                "\"minute\";q=60;w=60, \"hour\";q=1000;w=3600, \"org-minute\";q=600;w=60, \"org-hour\";q=10000;w=3600",
                "\"minute\";r=59;t=120, \"hour\";r=999;t=7200, \"org-minute\";r=599;t=120, \"org-hour\";r=9999;t=7200",
            ],
            s_headers.Select(response.Header));
    }

    [Fact]
    public async Task The_headers_tell_of_the_hour_when_less_is_left_of_it()
    {
        var tenant = await run.Shared.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(60, 2) });

        var response = await tenant.Api.GetAsync("/me");

        var began = (long)await run.Shared.Redis().HashGetAsync(KeyOf(tenant), "hs");
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
        var hash = KeyOf(tenant);
        for (var i = 0; i < Math.Min(perMinute, perHour); i++)
        {
            (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        }

        for (var round = 0; round < 3; round++)
        {
            var before = (await StateAsync(server, hash), await StateAsync(server, OrganizationOf(tenant)));
            var refused = (await tenant.Api.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
            (await tenant.Api.GetAsync("/nowhere")).ShouldBeError(429, "RATE_LIMITED");
            Assert.Equal(before, (await StateAsync(server, hash), await StateAsync(server, OrganizationOf(tenant))));
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
        var hash = KeyOf(tenant);
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);

        var session = new ProfilingSession();
        server.Services.GetRequiredService<IConnectionMultiplexer>().RegisterProfiler(() => session);
        for (var i = 0; i < 50; i++)
        {
            (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        }

        Assert.Equal(Enumerable.Repeat("EVAL", 50), session.FinishProfiling().Select(command => command.Command).Order(StringComparer.Ordinal));
        (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), "k1")).ShouldBeNew();
        Assert.Equal(["EVAL", "GET"], session.FinishProfiling().Select(command => command.Command).Order(StringComparer.Ordinal));
        (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), "k1")).ShouldBe(HttpStatusCode.Created);
        Assert.Equal(["EVAL", "GET", "PSETEX"], session.FinishProfiling().Select(command => command.Command).Order(StringComparer.Ordinal));

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

    /// <summary>Which of four windows is the tight one, and that whoever it stops is told of it to the second.</summary>
    [Theory]
    [InlineData(100, 100, 3, 100, "3")]
    [InlineData(100, 100, 100, 3, "3")]
    [InlineData(2, 100, 3, 100, "2")]
    public async Task All_keys_of_an_organization_share_its_limit(int perMinute, int perHour, int orgPerMinute, int orgPerHour, string limit)
    {
        var tenant = await run.Shared.CreateTenantAsync(new TenantOptions { Limits = new RateLimits(perMinute, perHour) });
        await tenant.LimitAsync(orgPerMinute, orgPerHour);
        var (otherKey, other) = await tenant.AddKeyAsync(["*"], new RateLimits(perMinute, perHour));
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        var last = (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(limit, last.Header("X-RateLimit-Limit"));
        Assert.Equal($"{int.Parse(limit, CultureInfo.InvariantCulture) - 2}", last.Header("X-RateLimit-Remaining"));
        (await other.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);

        var refused = (await other.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");

        Assert.Equal("0", refused.Header("X-RateLimit-Remaining"));
        Assert.Contains($"\"org-minute\";r={orgPerMinute - 3};", refused.Header("RateLimit"), StringComparison.Ordinal);
        Assert.Equal("1", await run.Shared.Redis().HashGetAsync(RateLimitSubject.Of(tenant.CallerOf(otherKey))[0].Name, "mc"));
        var wait = 1_000 * int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture);
        await PassAsync(run.Shared, OrganizationOf(tenant), wait);
        (await other.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_organization_has_the_default_limit_or_that_of_its_largest_active_key_or_what_was_set()
    {
        var tenant = await run.Shared.CreateTenantAsync(new TenantOptions { Limits = RateLimits.Default });
        Assert.Equal((600, 10_000), await LimitsAsync());
        var (large, _) = await tenant.AddKeyAsync(["*"], new RateLimits(5_000, 20_000));
        await tenant.AddKeyAsync(["*"], new RateLimits(700, 30_000), expiresAt: tenant.Now.AddMinutes(-1));
        Assert.Equal((5_000, 20_000), await LimitsAsync());
        (await tenant.Api.DeleteAsync($"/api-keys/{large.Id}")).ShouldBe(HttpStatusCode.NoContent);
        Assert.Equal((600, 10_000), await LimitsAsync());
        await tenant.LimitAsync(50, null);
        Assert.Equal((50, 10_000), await LimitsAsync());

        async Task<(int, int)> LimitsAsync()
        {
            var limits = (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK).Data.GetProperty("organization").GetProperty("limits");
            return (limits.GetProperty("perMinute").GetInt32(), limits.GetProperty("perHour").GetInt32());
        }
    }

    [Fact]
    public async Task Without_Redis_the_organization_is_limited_all_the_same()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Redis = "127.0.0.1:1" });
        var tenant = await server.CreateTenantAsync();
        await tenant.LimitAsync(2, 100);
        var (_, other) = await tenant.AddKeyAsync(["*"]);
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        (await other.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        (await other.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
        (await tenant.Api.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
    }

    /// <summary>A cluster runs a script only when all that it touches is on one node, and chooses the node by what is in the braces.</summary>
    [Fact]
    public async Task The_names_in_Redis_of_one_decision_share_a_hash_tag()
    {
        var tenant = await run.Shared.CreateTenantAsync();

        Assert.All(RateLimitSubject.Of(tenant.Caller), subject => Assert.Contains($"{{{tenant.Organization.Id}}}", subject.Name, StringComparison.Ordinal));
    }

    private static string KeyOf(Tenant tenant) => RateLimitSubject.Of(tenant.Caller)[0].Name;

    private static string OrganizationOf(Tenant tenant) => RateLimitSubject.Of(tenant.Caller)[1].Name;

    private static async Task PassAsync(TestServer server, RedisKey hash, long milliseconds)
    {
        await server.Redis().HashDecrementAsync(hash, "ms", milliseconds);
        await server.Redis().HashDecrementAsync(hash, "hs", milliseconds);
    }

    private static async Task<string> StateAsync(TestServer server, RedisKey hash) =>
        string.Join(' ', (await server.Redis().HashGetAllAsync(hash)).Select(entry => entry.ToString()).Order(StringComparer.Ordinal));
}
