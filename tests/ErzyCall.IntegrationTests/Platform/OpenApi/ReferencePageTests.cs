using System.Net;
using System.Text.RegularExpressions;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.OpenApi;

public sealed partial class ReferencePageTests(TestRun run)
{
    [Fact]
    public async Task The_reference_and_all_that_it_loads_are_served_without_a_key_from_here_alone()
    {
        using var client = run.Shared.CreateClient();
        var page = await ReadAsync(client, "/docs");
        Assert.DoesNotContain("http:", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https:", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\"//", page, StringComparison.Ordinal);

        var assets = Loaded().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains("scalar.js", assets);
        foreach (var asset in assets)
        {
            Assert.NotEmpty(await ReadAsync(client, $"/docs/{asset}"));
        }

        // What else it reads is the document, named in its settings.
        Assert.Contains("\"url\":\"openapi/v1.json\"", page, StringComparison.Ordinal);
        Assert.Contains("\"openapi\": \"3.1", await ReadAsync(client, "/openapi/v1.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reference_may_load_from_nowhere_else_and_tells_nobody_anything()
    {
        using var client = run.Shared.CreateClient();
        using var response = await client.GetAsync(new Uri("/docs", UriKind.Relative), TestContext.Current.CancellationToken);
        var directives = response.Headers.GetValues("Content-Security-Policy").Single().Split(';', StringSplitOptions.TrimEntries)
            .ToDictionary(directive => directive.Split(' ')[0], directive => directive.Split(' ')[1..]);
        Assert.Equal(["'none'"], directives["default-src"]);
        Assert.All(directives.Values.SelectMany(sources => sources), source => Assert.Matches(@"^('self'|'none'|'unsafe-inline'|'nonce-[^']+'|data:)$", source));
        Assert.DoesNotContain("'unsafe-inline'", directives["script-src"]);

        // A nonce that stays the same is none.
        using var next = await client.GetAsync(new Uri("/docs", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.NotEqual(response.Headers.GetValues("Content-Security-Policy"), next.Headers.GetValues("Content-Security-Policy"));

        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.All(["\"withDefaultFonts\":false", "\"telemetry\":false", "\"agent\":{\"disabled\":true}", "\"mcp\":{\"disabled\":true}"], setting => Assert.Contains(setting, page, StringComparison.Ordinal));
        Assert.DoesNotContain("proxyUrl", page, StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((path, HttpStatusCode.OK), (path, response.StatusCode));
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Loaded();
}
