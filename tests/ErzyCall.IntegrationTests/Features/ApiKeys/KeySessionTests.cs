using System.Net;
using ErzyCall.Api.Features.ApiKeys.Sessions;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Features.ApiKeys;

/// <summary>Sessions: a cookie stands for a key in a browser, for pages of this server alone.</summary>
public sealed class KeySessionTests(TestRun run)
{
    private static readonly (string, string) s_ours = ("Sec-Fetch-Site", "same-origin");

    [Fact]
    public async Task A_key_is_exchanged_for_a_cookie_that_no_script_can_read_and_that_may_do_what_the_key_may()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, reader) = await tenant.AddKeyAsync(["calls:read"]);

        var begun = await reader.PostAsync("/console/session", null, s_ours);
        Assert.Equal(HttpStatusCode.NoContent, begun.Status);
        var parts = begun.Header("Set-Cookie")!.Split("; ");
        Assert.Matches("^erzycall_session=[A-Za-z0-9_-]{43}$", parts[0]);
        Assert.Equal(["httponly", "path=/", "samesite=strict"], parts[1..].Order(StringComparer.Ordinal));
        Assert.Equal("no-store", begun.Header("Cache-Control"));

        var browser = run.Shared.CreateApiClient();
        var cookie = ("Cookie", parts[0]);
        (await browser.GetAsync("/calls", cookie, s_ours)).ShouldBe(HttpStatusCode.OK);
        (await browser.GetAsync("/contacts", cookie, s_ours)).ShouldBeError(403, "INSUFFICIENT_SCOPE");
        Assert.Equal("calls:read", (await browser.GetAsync("/me", cookie, s_ours)).Data.GetProperty("key").GetProperty("scopes")[0].GetString());
        Assert.NotNull((await browser.GetAsync("/me", cookie)).Header("X-RateLimit-Remaining"));
    }

    [Theory]
    [InlineData("GET", "Sec-Fetch-Site", "same-origin", true)]
    [InlineData("GET", "Sec-Fetch-Site", "same-site", false)]
    [InlineData("GET", "Sec-Fetch-Site", "cross-site", false)]
    [InlineData("GET", "Sec-Fetch-Site", "none", false)]
    [InlineData("GET", "Origin", "http://localhost", true)]
    [InlineData("GET", "Origin", "http://localhost:8080", false)]
    [InlineData("GET", "Origin", "https://localhost", false)]
    [InlineData("GET", "Origin", "https://evil.example.com", false)]
    [InlineData("GET", "Origin", "null", false)]
    [InlineData("GET", "X-Nothing", "x", true)]
    [InlineData("POST", "Sec-Fetch-Site", "same-origin", true)]
    [InlineData("POST", "Sec-Fetch-Site", "cross-site", false)]
    [InlineData("POST", "Origin", "http://localhost", true)]
    [InlineData("POST", "Origin", "http://evil.example.com", false)]
    [InlineData("POST", "X-Nothing", "x", false)]
    public async Task The_cookie_counts_for_pages_of_this_server_alone(string method, string header, string value, bool counts)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var cookie = await BeginAsync(tenant.Api);
        var (path, body) = method == "GET" ? ("/calls", null) : ("/contacts", new { title = "Ada", phone = "+14155550100" });

        var response = await run.Shared.CreateApiClient().SendAsync(HttpMethod.Parse(method), path, body, cookie, (header, value));

        Assert.Equal(counts, response.Status is HttpStatusCode.OK or HttpStatusCode.Created);
        if (!counts)
        {
            response.ShouldBeError(401, "UNAUTHORIZED");
            Assert.Empty((await tenant.Api.GetAsync("/contacts")).Data.EnumerateArray());
        }
    }

    [Fact]
    public async Task A_session_is_begun_with_the_key_alone_and_by_a_page_of_this_server()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var cookie = await BeginAsync(tenant.Api);
        var browser = run.Shared.CreateApiClient();

        (await browser.PostAsync("/console/session", null, cookie, s_ours)).ShouldBeError(401, "UNAUTHORIZED");
        (await browser.PostAsync("/console/session", null, s_ours)).ShouldBeError(401, "UNAUTHORIZED");
        (await browser.PostAsync("/console/session", null, s_ours, ("X-API-Key", $"ek_test_{new string('x', 43)}"))).ShouldBeError(401, "UNAUTHORIZED");
        (await tenant.Api.PostAsync("/console/session", null, ("Sec-Fetch-Site", "cross-site"))).ShouldBeError(401, "UNAUTHORIZED");

        // A key that is sent is the one that is meant, also a wrong one.
        (await browser.GetAsync("/me", cookie, s_ours, ("X-API-Key", "ek_test_wrong"))).ShouldBeError(401, "UNAUTHORIZED");
        (await browser.GetAsync("/me", ("Cookie", "erzycall_session=x"), s_ours)).ShouldBeError(401, "UNAUTHORIZED");
        (await browser.GetAsync("/me", ("Cookie", "erzycall_session="), s_ours)).ShouldBeError(401, "UNAUTHORIZED");
    }

    [Fact]
    public async Task It_ends_when_it_is_left_and_with_its_key()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (key, api) = await tenant.AddKeyAsync(["*"]);
        var (left, other) = (await BeginAsync(api), await BeginAsync(api));
        var browser = run.Shared.CreateApiClient();

        var ended = await browser.DeleteAsync("/console/session", left, s_ours);
        Assert.Equal(HttpStatusCode.NoContent, ended.Status);
        Assert.StartsWith("erzycall_session=; expires=Thu, 01 Jan 1970", ended.Header("Set-Cookie"), StringComparison.Ordinal);
        (await browser.GetAsync("/me", left, s_ours)).ShouldBeError(401, "UNAUTHORIZED");
        (await browser.GetAsync("/me", other, s_ours)).ShouldBe(HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.NoContent, (await tenant.Api.DeleteAsync($"/api-keys/{key.Id}")).Status);
        (await browser.GetAsync("/me", other, s_ours)).ShouldBeError(401, "KEY_REVOKED");
    }

    [Fact]
    public async Task A_page_acts_for_the_key_that_it_was_opened_with_or_not_at_all()
    {
        var (first, second) = (await run.Shared.CreateTenantAsync(), await run.Shared.CreateTenantAsync());
        var browser = run.Shared.CreateApiClient();
        var before = await BeginAsync(first.Api);
        var begun = await second.Api.PostAsync("/console/session", null, s_ours, before);
        var cookie = ("Cookie", begun.Header("Set-Cookie")!.Split(';')[0]);
        var contact = new { title = "Ada", phone = "+14155550100" };

        (await browser.PostAsync("/contacts", contact, cookie, s_ours, ("X-Session-Key", first.Key.Id.ToString()))).ShouldBeError(401, "UNAUTHORIZED");
        (await browser.GetAsync($"/console/events?key={first.Key.Id}", cookie, s_ours)).ShouldBeError(401, "UNAUTHORIZED");
        (await browser.PostAsync("/contacts", contact, cookie, s_ours, ("X-Session-Key", second.Key.Id.ToString()))).ShouldBe(HttpStatusCode.Created);

        // The session that the browser had is over, and two cookies are none: one may be from a server of a neighbouring name.
        (await browser.GetAsync("/me", before, s_ours)).ShouldBeError(401, "UNAUTHORIZED");
        (await browser.GetAsync("/me", ("Cookie", $"{cookie.Item2}; {(await BeginAsync(first.Api)).Item2}"), s_ours)).ShouldBeError(401, "UNAUTHORIZED");
    }

    [Fact]
    public async Task A_key_has_so_many_sessions_and_can_be_left_when_its_limit_is_reached()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, api) = await tenant.AddKeyAsync(["*"], new RateLimits(KeySession.PerKey + 2, 1_000));
        var sessions = new List<(string, string)>();
        for (var i = 0; i <= KeySession.PerKey; i++)
        {
            sessions.Add(await BeginAsync(api));
        }

        var browser = run.Shared.CreateApiClient();
        (await browser.GetAsync("/me", sessions[0], s_ours)).ShouldBeError(401, "UNAUTHORIZED");
        (await browser.GetAsync("/me", sessions[1], s_ours)).ShouldBe(HttpStatusCode.OK);
        (await browser.GetAsync("/me", sessions[1], s_ours)).ShouldBeError(429, "RATE_LIMITED");
        Assert.Equal(HttpStatusCode.NoContent, (await browser.DeleteAsync("/console/session", sessions[1], s_ours)).Status);
        (await browser.GetAsync("/me", sessions[1], s_ours)).ShouldBeError(401, "UNAUTHORIZED");
    }

    [Fact]
    public async Task It_lasts_eight_hours_or_as_long_as_its_key_and_is_purged_then()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock });
        var tenant = await server.CreateTenantAsync();
        var (_, brief) = await tenant.AddKeyAsync(["*"], expiresAt: tenant.Now.AddHours(1));
        var (day, hour) = (await BeginAsync(tenant.Api), await BeginAsync(brief));
        var browser = server.CreateApiClient();

        clock.Advance(TimeSpan.FromHours(1));
        (await browser.GetAsync("/me", hour, s_ours)).ShouldBeError(401, "KEY_EXPIRED");
        clock.Advance(TimeSpan.FromHours(7) - TimeSpan.FromSeconds(1));
        (await browser.GetAsync("/me", day, s_ours)).ShouldBe(HttpStatusCode.OK);
        await server.RunAsync<PurgeSessionsJob>();
        Assert.Equal(2, await server.InDatabaseAsync(db => db.KeySessions.CountAsync()));

        clock.Advance(TimeSpan.FromSeconds(1));
        (await browser.GetAsync("/me", day, s_ours)).ShouldBeError(401, "UNAUTHORIZED");
        await server.RunAsync<PurgeSessionsJob>();
        Assert.Equal(0, await server.InDatabaseAsync(db => db.KeySessions.CountAsync()));
    }

    [Fact]
    public async Task Over_TLS_and_below_a_path_the_cookie_goes_nowhere_else()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Settings = new Dictionary<string, string> { ["Http:PublicUrl"] = "https://voice.example.com/erzy", ["Http:TrustedProxies"] = "10.0.0.0/8" },
        });
        var tenant = await server.CreateTenantAsync();

        var begun = await tenant.Api.PostAsync("/erzy/console/session", null, ("Origin", "https://voice.example.com"), ("X-Forwarded-Proto", "https"));

        Assert.Equal(HttpStatusCode.NoContent, begun.Status);
        Assert.Equal(["httponly", "path=/erzy", "samesite=strict", "secure"], begun.Header("Set-Cookie")!.Split("; ")[1..].Order(StringComparer.Ordinal));
    }

    private static async Task<(string, string)> BeginAsync(ApiClient api) =>
        ("Cookie", (await api.PostAsync("/console/session", null, s_ours)).Header("Set-Cookie")!.Split(';')[0]);
}
