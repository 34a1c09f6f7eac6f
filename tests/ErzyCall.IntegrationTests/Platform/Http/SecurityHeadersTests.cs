using System.Net;
using ErzyCall.IntegrationTests.Conventions;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Http;

public sealed class SecurityHeadersTests(TestRun run)
{
    [Fact]
    public async Task No_answer_of_any_route_is_kept_by_a_cache_or_guessed_at_by_a_browser()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var route in RouteTable.Of(run.Shared))
        {
            foreach (var api in new[] { tenant.Api, run.Shared.CreateApiClient() })
            {
                var answer = await RouteTable.SendAsync(api, route, route.PathWith(TenantIsolationTests.NobodysIdOf));
                Assert.Equal((route, "nosniff", "no-store"), (route, answer.Header("X-Content-Type-Options"), answer.Header("Cache-Control")));
            }
        }
    }

    [Fact]
    public async Task Successes_replays_and_what_has_not_changed_are_no_exception()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var body = new { title = "Ada", phone = "+14155550123" };
        var created = (await tenant.Api.PostAsync("/contacts", body, "one")).ShouldBe(HttpStatusCode.Created);
        var replayed = (await tenant.Api.PostAsync("/contacts", body, "one")).ShouldBe(HttpStatusCode.Created);
        var path = $"/contacts/{created.Data.GetProperty("id").GetString()}";
        var read = (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
        var unchanged = (await tenant.Api.GetAsync(path, ("If-None-Match", read.Header("ETag")!))).ShouldBe(HttpStatusCode.NotModified);
        var deleted = (await tenant.Api.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        Assert.Equal("true", replayed.Header("Idempotent-Replayed"));
        Assert.All([created, replayed, read, unchanged, deleted], answer => Assert.Equal(("nosniff", "no-store"), (answer.Header("X-Content-Type-Options"), answer.Header("Cache-Control"))));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/console/app.js")]
    [InlineData("/docs/")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/nothing")]
    public async Task What_needs_no_key_is_not_guessed_at_either(string path)
    {
        using var client = run.Shared.CreateClient();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
    }

    [Theory]
    [InlineData("GET", "/api/v1/me")]
    [InlineData("OPTIONS", "/api/v1/me")]
    [InlineData("OPTIONS", "/api/v1/calls")]
    [InlineData("GET", "/openapi/v1.json")]
    [InlineData("GET", "/health/live")]
    public async Task A_page_of_another_origin_may_read_nothing_and_the_server_does_not_say_what_it_is(string method, string path)
    {
        using var client = (await run.Deployed).CreateClient((await run.Shared.CreateTenantAsync()).Secret);
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        request.Headers.Add("Origin", "https://example.com");
        request.Headers.Add("Access-Control-Request-Method", "GET");
        request.Headers.Add("Access-Control-Request-Headers", "X-API-Key");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase) || header.Key is "Server" or "X-Powered-By");
    }
}
