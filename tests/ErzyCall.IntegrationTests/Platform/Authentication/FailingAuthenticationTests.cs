using System.Net;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Platform.Authentication;

/// <summary>A hundred failures a minute from one address; whoever has a valid key never notices.</summary>
public sealed class FailingAuthenticationTests(TestRun run)
{
    private const string Attacker = "192.0.2.1";

    [Fact]
    public async Task The_101st_failure_in_a_minute_is_told_to_wait_and_waiting_as_told_is_enough()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero));
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock });
        var tenant = await server.CreateTenantAsync();
        var attacker = server.CreateApiClient(address: Attacker);
        for (var failure = 0; failure < 100; failure++)
        {
            (await attacker.GetAsync("/me")).ShouldBeError(401, "UNAUTHORIZED");
        }

        var refused = (await attacker.GetAsync("/me", ("X-API-Key", "guess"))).ShouldBeError(429, "RATE_LIMITED");
        var seconds = int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal($$$"""{"error":{"code":"RATE_LIMITED","message":"Rate limit exceeded. Retry after {{{seconds}}}s"}}""", refused.Text);

        // A valid key from the same address, and a guess from another one, are none of this limit's business.
        (await server.CreateApiClient(tenant.Secret, Attacker).GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        (await server.CreateApiClient(address: "192.0.2.2").GetAsync("/me")).ShouldBeError(401, "UNAUTHORIZED");

        // A refused request does not count: however often it is sent, the wait does not get longer.
        clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        (await attacker.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
        clock.Advance(TimeSpan.FromSeconds(1));
        (await attacker.GetAsync("/me")).ShouldBeError(401, "UNAUTHORIZED");
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7", true)]
    public async Task Addresses_that_one_client_has_count_as_one(string first, string second, bool isOneClient)
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56)) });
        for (var failure = 0; failure < 100; failure++)
        {
            await server.CreateApiClient(address: first).GetAsync("/me");
        }

        Assert.Equal(isOneClient ? HttpStatusCode.TooManyRequests : HttpStatusCode.Unauthorized, (await server.CreateApiClient(address: second).GetAsync("/me")).Status);
    }

    [Fact]
    public async Task A_connection_is_counted_by_where_it_comes_from_whatever_its_headers_say()
    {
        // One of its own: all others would be counted with it.
        using var server = await run.StartProcessAsync();
        using var attacker = server.CreateClient();
        using var client = server.CreateClient((await run.Shared.CreateTenantAsync()).Secret);
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(async guess =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me");
            request.Headers.Add("X-Forwarded-For", $"198.51.100.{guess % 256}");
            request.Headers.Add("X-API-Key", $"guess-{guess}");
            using var answer = await attacker.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }));

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        Assert.All(answers, status => Assert.True(status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests));
        Assert.InRange(answers.Count(status => status == HttpStatusCode.Unauthorized), 100, 299);
        using var valid = await client.GetAsync(new Uri("/api/v1/me", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, valid.StatusCode);
    }

    [Theory]
    [InlineData("10.9.0.0/16", HttpStatusCode.Unauthorized)]
    [InlineData("10.8.0.0/16", HttpStatusCode.TooManyRequests)]
    [InlineData("", HttpStatusCode.TooManyRequests)]
    public async Task Only_a_trusted_proxy_can_name_the_client(string trusted, HttpStatusCode forAnotherClient)
    {
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56)),
            Settings = new Dictionary<string, string> { ["Http:TrustedProxies"] = trusted },
        });
        var proxy = server.CreateApiClient(address: "10.9.1.1");
        for (var failure = 0; failure < 100; failure++)
        {
            await proxy.GetAsync("/me", ("X-Forwarded-For", "198.51.100.1"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await proxy.GetAsync("/me", ("X-Forwarded-For", "198.51.100.1"))).Status);
        Assert.Equal(forAnotherClient, (await proxy.GetAsync("/me", ("X-Forwarded-For", "198.51.100.2"))).Status);
    }

    /// <summary>The inner proxy sees only the outer one, and what a client writes stands before what they write.</summary>
    [Fact]
    public async Task Clients_behind_two_proxies_in_a_row_are_told_apart()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56)),
            Settings = new Dictionary<string, string> { ["Http:TrustedProxies"] = "10.9.0.0/16, 10.8.1.1/32, 2001:db8::/32" },
        });
        var inner = server.CreateApiClient(address: "10.9.1.1");
        for (var failure = 0; failure < 100; failure++)
        {
            await inner.GetAsync("/me", ("X-Forwarded-For", $"203.0.113.{failure}, 198.51.100.1, 10.8.1.1"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await inner.GetAsync("/me", ("X-Forwarded-For", "198.51.100.1, 10.8.1.1"))).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await inner.GetAsync("/me", ("X-Forwarded-For", "198.51.100.1, 10.9.7.7, [2001:db8::1]:4711, 10.8.1.1:80"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await inner.GetAsync("/me", ("X-Forwarded-For", "198.51.100.2, 10.8.1.1"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await inner.GetAsync("/me", ("X-Forwarded-For", "198.51.100.1, 10.8.1.2"))).Status);
    }
}
