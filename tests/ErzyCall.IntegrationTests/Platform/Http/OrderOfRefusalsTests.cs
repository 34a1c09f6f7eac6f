using ErzyCall.Api.Features;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Http;

/// <summary>A request that is wrong in several ways is refused for the first of them in the contract's order.</summary>
public sealed class OrderOfRefusalsTests(TestRun run)
{
    [Theory]
    [InlineData("GET", "/nothing")]
    [InlineData("PUT", "/calls")]
    [InlineData("GET", "/calls/1")]
    [InlineData("POST", "/calls")]
    [InlineData("GET", "/api")]
    [InlineData("GET", "/api/v2/calls")]
    [InlineData("GET", "/API/V1/CALLS")]
    public async Task First_the_key(string method, string path) =>
        (await run.Shared.CreateApiClient().SendAsync(HttpMethod.Parse(method), path, method == "GET" ? null : "{")).ShouldBeError(401, "UNAUTHORIZED");

    [Theory]
    [InlineData("GET", "/nothing")]
    [InlineData("PUT", "/calls")]
    [InlineData("GET", "/calls/1")]
    [InlineData("POST", "/calls")]
    public async Task Then_the_rate_limit(string method, string path)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, api) = await tenant.AddKeyAsync([Scopes.UsageRead], new RateLimits(1, 1));
        await api.GetAsync("/me");
        (await api.SendAsync(HttpMethod.Parse(method), path, method == "GET" ? null : "{")).ShouldBeError(429, "RATE_LIMITED");
    }

    [Theory]
    [InlineData("GET", "/nothing", 404, "NOT_FOUND")]
    [InlineData("GET", "/api", 404, "NOT_FOUND")]
    [InlineData("GET", "/api/v2/calls", 404, "NOT_FOUND")]
    [InlineData("GET", "/calls/call_01h455vb4pex5vsknk084sn02q/nothing", 404, "NOT_FOUND")]
    [InlineData("PUT", "/calls", 405, "METHOD_NOT_ALLOWED")]
    [InlineData("DELETE", "/calls/1", 405, "METHOD_NOT_ALLOWED")]
    [InlineData("GET", "/calls/1/cancel", 405, "METHOD_NOT_ALLOWED")]
    public async Task Then_the_path_and_the_method(string method, string path, int status, string code)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, api) = await tenant.AddKeyAsync([Scopes.UsageRead]);
        (await api.SendAsync(HttpMethod.Parse(method), path, method == "PUT" ? "{" : null)).ShouldBeError(status, code);
    }

    [Theory]
    [InlineData("GET", "/calls/1")]
    [InlineData("GET", "/calls?limit=0")]
    [InlineData("POST", "/calls")]
    [InlineData("POST", "/calls/1/cancel")]
    [InlineData("DELETE", "/api-keys/1")]
    public async Task Then_the_scope(string method, string path)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, api) = await tenant.AddKeyAsync([Scopes.UsageRead]);
        (await api.SendAsync(HttpMethod.Parse(method), path, method == "POST" ? "{" : null, ("Idempotency-Key", new string('k', 300)))).ShouldBeError(403, "INSUFFICIENT_SCOPE");
    }

    [Theory]
    [InlineData("POST", "/calls", "text/plain")]
    [InlineData("PATCH", "/contacts/1", "application/merge-patch+json")]
    [InlineData("POST", "/calls/1/cancel", "text/plain")]
    public async Task Then_the_scope_before_the_type_of_the_body(string method, string path, string type)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var (_, api) = await tenant.AddKeyAsync([Scopes.UsageRead]);
        (await api.SendAsync(HttpMethod.Parse(method), path, "{}", ("Content-Type", type))).ShouldBeError(403, "INSUFFICIENT_SCOPE");
    }

    [Fact]
    public async Task Then_the_shape_of_the_request_then_what_it_refers_to_then_the_state_of_things()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        const string Nobody = "contact_01h455vb4pex5vsknk084sn02q";
        const string NotOurs = "+14155551111";
        (await tenant.Api.PostAsync("/calls", new { to = "1", from = NotOurs, contactId = Nobody })).ShouldBeError(400, "VALIDATION_ERROR", "to");
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = NotOurs, contactId = Nobody })).ShouldBeError(404, "NOT_FOUND");
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = NotOurs })).ShouldBeError(422, "INVALID_PHONE");
    }
}
