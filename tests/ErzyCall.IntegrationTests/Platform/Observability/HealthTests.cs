using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Observability;

/// <summary>With PostgreSQL away: <c>DatabaseAwayTests</c>.</summary>
public sealed class HealthTests(TestRun run)
{
    [Theory]
    [InlineData("/health/live", """{"status":"ok","dependencies":{}}""")]
    [InlineData("/health/ready", """{"status":"ok","dependencies":{"postgres":"up","redis":"up"}}""")]
    public async Task A_healthy_server_says_so_to_anybody(string path, string body) =>
        Assert.Equal(body, (await run.Shared.CreateApiClient().GetAsync(path)).ShouldBe(HttpStatusCode.OK).Text);

    [Fact]
    public async Task A_server_without_Redis_is_degraded_and_serves_with_its_limits()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Redis = "127.0.0.1:1,connectTimeout=100" });
        var api = server.CreateApiClient();
        Assert.Equal(
            """{"status":"degraded","dependencies":{"postgres":"up","redis":"down"}}""", (await api.GetAsync("/health/ready")).ShouldBe(HttpStatusCode.OK).Text);
        Assert.Equal("""{"status":"ok","dependencies":{}}""", (await api.GetAsync("/health/live")).ShouldBe(HttpStatusCode.OK).Text);

        var tenant = await server.CreateTenantAsync();
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From }, "one")).ShouldBe(HttpStatusCode.Created);
        Assert.Equal("true", (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From }, "one")).ShouldBe(HttpStatusCode.Created).Header("Idempotent-Replayed"));
        var (_, limited) = await tenant.AddKeyAsync(["*"], new ErzyCall.Api.Platform.Authentication.RateLimits(1, 10));
        (await limited.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        (await limited.GetAsync("/me")).ShouldBeError(429, "RATE_LIMITED");
    }
}
