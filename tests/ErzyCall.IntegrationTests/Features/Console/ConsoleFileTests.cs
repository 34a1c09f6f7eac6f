using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Console;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Console;

/// <summary>The files of the console. What a person sees of them is tested in a browser: <c>tests/console</c>.</summary>
public sealed partial class ConsoleFileTests(TestRun run)
{
    /// <summary>The most bytes that a browser may load for all pages together.</summary>
    private const int Most = 150_000;

    [Fact]
    public async Task The_page_and_all_that_it_loads_are_served_by_this_server_alone_and_small()
    {
        var client = run.Shared.CreateApiClient().Http;
        var (waiting, seen, weight) = (new Queue<string>(["/"]), new HashSet<string>(["/"]), 0L);
        while (waiting.TryDequeue(out var path))
        {
            var (text, bytes, response) = await ReadAsync(client, path);
            weight += bytes;
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            foreach (var next in Loaded().Matches(text).Select(match => match.Groups["path"].Value))
            {
                var address = new Uri(new Uri($"http://localhost{path}"), next);
                Assert.Equal("localhost", address.Host);
                if (address.AbsolutePath != "/docs" && seen.Add(address.AbsolutePath))
                {
                    waiting.Enqueue(address.AbsolutePath);
                }
            }
        }

        Assert.Equal(ConsoleFile.All().Select(file => file.Path == "index.html" ? "/" : $"/console/{file.Path}").Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        Assert.InRange(weight, 10_000, Most);
        Assert.Equal(weight, ConsoleFile.All().Sum(file => file.CompressedLength));
    }

    [Fact]
    public async Task A_browser_that_has_a_file_is_told_so_and_one_that_cannot_unpack_is_given_it_plain()
    {
        var client = run.Shared.CreateApiClient().Http;
        using var plain = await client.GetAsync(new Uri("/console/app.js", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.Equal("no-cache", plain.Headers.CacheControl!.ToString());

        using var again = new HttpRequestMessage(HttpMethod.Get, "/console/app.js");
        again.Headers.IfNoneMatch.Add(plain.Headers.ETag!);
        using var unchanged = await client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        using var missing = await client.GetAsync(new Uri("/console/nothing.js", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Switched_off_there_is_no_console_and_no_session()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Settings = new Dictionary<string, string> { ["Console:Enabled"] = "false" } });
        var tenant = await server.CreateTenantAsync();

        (await tenant.Api.PostAsync("/console/session", null, ("Sec-Fetch-Site", "same-origin"))).ShouldBeError(404, "NOT_FOUND");
        using var page = await tenant.Api.Http.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Redirect, "/docs"), (page.StatusCode, page.Headers.Location!.OriginalString));
    }

    private static async Task<(string Text, long Bytes, HttpResponseMessage Response)> ReadAsync(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((path, HttpStatusCode.OK), (path, response.StatusCode));
        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        var packed = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        await using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken), packed.Length, response);
    }

    /// <summary>Matches what a page names by <c>src</c> and <c>href</c>, and a module by <c>from</c>.</summary>
    [GeneratedRegex("""<(?:script|link)\b[^>]*\b(?:src|href)="(?<path>[^"]+)"|\bfrom '(?<path>[^' ]+)';""")]
    private static partial Regex Loaded();
}
