using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Conventions;

public sealed class EveryRouteTests(TestRun run)
{
    private const string SomeSuffix = "01h455vb4pex5vsknk084sn02q";

    [Fact]
    public async Task Every_route_refuses_a_request_without_a_key()
    {
        foreach (var route in RouteTable.Of(run.Shared))
        {
            var response = await RouteTable.SendAsync(run.Shared.CreateApiClient(), route, route.PathWith(_ => "x"));
            Assert.Equal((route, """{"error":{"code":"UNAUTHORIZED","message":"Missing or unknown API key"}}"""), (route, response.Text));
            response.ShouldBeError(401, "UNAUTHORIZED");
        }
    }

    [Fact]
    public async Task Every_route_names_the_scope_that_a_key_lacks_before_it_looks_at_the_request()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var scoped = RouteTable.Of(run.Shared).Where(route => route.Scope is not null).ToList();
        Assert.NotEmpty(scoped);
        foreach (var route in scoped)
        {
            // Every scope but the one: `:write` must not imply `:read`, nor anything else anything.
            var (_, api) = await tenant.AddKeyAsync([.. Scopes.All.Except([route.Scope!, Scopes.Everything])]);
            var response = await RouteTable.SendAsync(api, route, route.PathWith(_ => "malformed"));
            Assert.Equal(
                (route, $$$"""{"error":{"code":"INSUFFICIENT_SCOPE","message":"API key lacks required scope: {{{route.Scope}}}"}}"""), (route, response.Text));
            response.ShouldBeError(403, "INSUFFICIENT_SCOPE");
        }
    }

    [Fact]
    public async Task Every_route_lets_a_key_pass_that_holds_its_scope_alone()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var route in RouteTable.Of(run.Shared))
        {
            var (_, api) = await tenant.AddKeyAsync(route.Scope is null ? [Scopes.CallsRead] : [route.Scope]);
            var response = await RouteTable.SendAsync(api, route, route.PathWith(_ => "malformed"));
            Assert.True(response.Status is not HttpStatusCode.Unauthorized and not HttpStatusCode.Forbidden, $"{route}: {response.Text}");
        }
    }

    [Fact]
    public async Task Every_route_with_an_id_refuses_one_that_is_malformed_or_of_another_kind()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var withIds = RouteTable.Of(run.Shared).Where(route => route.Parameters.Count > 0).ToList();
        Assert.NotEmpty(withIds);
        foreach (var route in withIds)
        {
            foreach (var id in new[] { "1", "abc", $"org_{SomeSuffix}", SomeSuffix, "call_01H455VB4PEX5VSKNK084SN02Q", "call_8zzzzzzzzzzzzzzzzzzzzzzzzz", "%F0%9F%98%80", "%20", "%2F" })
            {
                var response = await RouteTable.SendAsync(tenant.Api, route, route.PathWith(_ => id));
                Assert.Equal((route, id, """{"error":{"code":"INVALID_ID","message":"Malformed id"}}"""), (route, id, response.Text));
                response.ShouldBeError(400, "INVALID_ID");
            }
        }
    }

    [Fact]
    public async Task Every_path_answers_another_method_with_the_methods_that_it_has()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var paths = RouteTable.Of(run.Shared).GroupBy(route => route.Pattern).ToList();
        Assert.NotEmpty(paths);
        foreach (var path in paths)
        {
            var response = (await tenant.Api.SendAsync(HttpMethod.Put, path.First().PathWith(_ => "x"), "{}")).ShouldBeError(405, "METHOD_NOT_ALLOWED");
            Assert.Equal("""{"error":{"code":"METHOD_NOT_ALLOWED","message":"Method not allowed on this path"}}""", response.Text);

            // More may be allowed: `/calls/preview` is also a `/calls/{callId}`.
            Assert.Empty(path.Select(route => route.Method.Method).Except(response.Header("Allow")!.Split(", ")));
        }
    }

    [Fact]
    public async Task Every_route_refuses_a_query_parameter_that_it_does_not_know()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var reads = RouteTable.Of(run.Shared).Where(route => route.Method == HttpMethod.Get).ToList();
        Assert.NotEmpty(reads);
        foreach (var route in reads)
        {
            var path = route.PathWith(TenantIsolationTests.NobodysIdOf);
            var response = (await tenant.Api.GetAsync($"{path}?unknown=1")).ShouldBe(HttpStatusCode.BadRequest);

            // Beside those that it requires.
            Assert.Contains("""{"field":"unknown","message":"Unknown query parameter"}""", response.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_authenticated_answer_carries_the_rate_limit_and_is_compact_JSON()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var route in RouteTable.Of(run.Shared))
        {
            var response = await RouteTable.SendAsync(tenant.Api, route, route.PathWith(_ => "malformed"));
            Assert.All(
                ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit"],
                header => Assert.False(string.IsNullOrEmpty(response.Header(header)), $"{route} lacks {header}"));
            Assert.Equal("application/json; charset=utf-8", response.Header("Content-Type"));
            Assert.Equal(JsonSerializer.Serialize(response.Json, s_asWritten), response.Text);
        }
    }

    private static readonly JsonSerializerOptions s_asWritten = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
