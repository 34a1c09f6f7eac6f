using System.Net;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Http;

/// <summary>Where the server is for its clients, behind proxies that it cannot see.</summary>
public sealed class PublicAddressTests(TestRun run)
{
    private const string Proxies = "10.0.0.0/8";

    private static readonly object s_call = new { to = "+14155550100", from = Tenant.From };

    [Fact]
    public async Task The_configured_address_is_in_Location_and_in_the_document_and_its_prefix_before_every_route()
    {
        await using var server = await StartAsync(("Http:PublicUrl", "https://voice.example.com/erzy/"), ("Http:TrustedProxies", Proxies));
        var tenant = await server.CreateTenantAsync();

        var (first, again) = (await tenant.Api.PostAsync("/calls", s_call, "k"), await tenant.Api.PostAsync("/calls", s_call, ("Idempotency-Key", "k"), ("X-Forwarded-Prefix", "/other")));
        var unkeyed = await tenant.Api.PostAsync("/prompts", new { name = "A", text = "B" });

        Assert.Equal($"https://voice.example.com/erzy/api/v1/calls/{IdOf(first)}", first.Header("Location"));
        Assert.Equal((first.Header("Location"), first.Text), (again.Header("Location"), again.Text));
        Assert.Equal($"https://voice.example.com/erzy/api/v1/prompts/{IdOf(unkeyed)}", unkeyed.Header("Location"));
        foreach (var (path, status) in new[] { ("/erzy/api/v1/me", 200), ("/api/v1/me", 200), ("/erzy/health/live", 200), ("/erzy/docs/", 200), ("/erzy", 302), ("/erzyx/health/live", 404), ("/erzy/api/v1/nowhere", 404) })
        {
            using var response = await tenant.Api.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal((path, status), (path, (int)response.StatusCode));
            Assert.True(response.Headers.CacheControl?.NoStore is true || !path.Contains("/api/", StringComparison.Ordinal), path);
        }

        using (var empty = await tenant.Api.Http.DeleteAsync(new Uri($"/erzy/api/v1/prompts/{IdOf(unkeyed)}", UriKind.Relative), TestContext.Current.CancellationToken))
        {
            Assert.Equal((HttpStatusCode.NoContent, true), (empty.StatusCode, empty.Headers.CacheControl?.NoStore));
        }

        using (var nobody = await server.CreateApiClient().Http.GetAsync(new Uri("/erzy/api/v1/me", UriKind.Relative), TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        }

        Assert.Equal("https://voice.example.com/erzy", await ServerInDocumentAsync(tenant.Api));
        Assert.Equal("https://voice.example.com/erzy/", await RedirectAsync(tenant.Api, "/erzy"));
    }

    [Fact]
    public async Task Without_one_trusted_proxies_name_the_prefix_and_nobody_else_does()
    {
        await using var server = await StartAsync(("Http:TrustedProxies", Proxies));
        var tenant = await server.CreateTenantAsync();
        var stranger = server.CreateApiClient(tenant.Secret, address: "192.0.2.1");

        var (first, again) = (await tenant.Api.PostAsync("/calls", s_call, ("Idempotency-Key", "k"), ("X-Forwarded-Prefix", "/erzy")), await tenant.Api.PostAsync("/calls", s_call, "k"));

        Assert.Equal($"/erzy/api/v1/calls/{IdOf(first)}", first.Header("Location"));
        Assert.Equal(first.Header("Location"), again.Header("Location"));
        Assert.Equal("http://localhost/erzy", await ServerInDocumentAsync(tenant.Api, "/erzy"));
        Assert.Equal("http://localhost", await ServerInDocumentAsync(tenant.Api));
        foreach (var (api, prefix) in new[] { (stranger, "/erzy"), (tenant.Api, "//evil.example.com"), (tenant.Api, "/a\\..//b"), (tenant.Api, "https://evil.example.com") })
        {
            var response = (await api.PostAsync("/calls", s_call, ("X-Forwarded-Prefix", prefix))).ShouldBe(HttpStatusCode.Created);
            Assert.Equal($"/api/v1/calls/{IdOf(response)}", response.Header("Location"));
        }
    }

    private static string? IdOf(ApiResponse response) => response.ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString();

    private static async Task<string?> ServerInDocumentAsync(ApiClient api, string? prefix = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        request.Headers.Add("X-Forwarded-Prefix", prefix is null ? [] : [prefix]);
        using var response = await api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var document = System.Text.Json.JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return Assert.Single(document.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString();
    }

    private static async Task<string?> RedirectAsync(ApiClient api, string path)
    {
        using var response = await api.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return response.Headers.Location?.OriginalString;
    }

    private Task<TestServer> StartAsync(params (string Key, string Value)[] settings) =>
        run.StartServerAsync(new TestServerOptions { Settings = settings.ToDictionary(setting => setting.Key, setting => setting.Value) });
}
