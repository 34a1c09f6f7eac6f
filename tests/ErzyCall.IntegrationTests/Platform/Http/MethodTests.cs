using System.Text.Json;
using ErzyCall.IntegrationTests.Conventions;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Http;

/// <summary>Methods in other letters, and HEAD, over a real connection: what an HTTP client in between would mend is not mended here.</summary>
public sealed class MethodTests(TestRun run)
{
    [Fact]
    public async Task A_method_in_other_letters_is_the_method()
    {
        var server = await run.Deployed;
        var tenant = await run.Shared.CreateTenantAsync();
        var body = JsonSerializer.Serialize(new { to = "+14155550100", from = Tenant.From });
        var answers = new List<RawAnswer>();
        foreach (var method in new[] { "POST", "post", "Post", "pOsT" })
        {
            answers.Add(await SendAsync(server, method, "/api/v1/calls", tenant.Secret, body, "Idempotency-Key: letters", $"X-Request-Id: req_{method}-{tenant.Organization.Id}"));
        }

        Assert.All(answers, answer => Assert.Equal((201, answers[0].Body), (answer.Status, answer.Body)));
        Assert.Equal([false, true, true, true], answers.Select(answer => answer.Headers.ContainsKey("Idempotent-Replayed")));
        Assert.Single((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray());
        Assert.Contains("\"POST\"", await server.LineWithAsync($"req_pOsT-{tenant.Organization.Id}"), StringComparison.Ordinal);

        var (_, reader) = await tenant.AddKeyAsync(["contacts:read"]);
        var key = reader.Http.DefaultRequestHeaders.GetValues("X-API-Key").Single();
        Assert.Equal(403, (await SendAsync(server, "post", "/api/v1/calls", key, body)).Status);
        Assert.Equal(200, (await SendAsync(server, "get", "/api/v1/me", key)).Status);
        Assert.Equal(405, (await SendAsync(server, "brew", "/api/v1/calls", tenant.Secret)).Status);
    }

    [Fact]
    public async Task Head_is_answered_as_Get_is_and_has_no_body()
    {
        var server = await run.Deployed;
        var tenant = await run.Shared.CreateTenantAsync();
        var contact = await tenant.CreateContactAsync();
        string[] paths =
        [
            "/api/v1/me", "/api/v1/contacts", $"/api/v1/contacts/{contact}", "/api/v1/contacts?limit=0", "/api/v1/contacts/x", "/api/v1/nowhere", "/api/v1/calls/preview",
            "/health/live", "/health/ready", "/openapi/v1.json", "/docs", "/", "/nowhere", "/hooks/whatsapp/wa_acct_x",
        ];
        foreach (var path in paths)
        {
            var (get, head) = (await SendAsync(server, "GET", path, tenant.Secret), await SendAsync(server, "HEAD", path, tenant.Secret));

            Assert.Equal((path, get.Status, ""), (path, head.Status, head.Body));
            Assert.Equal(Comparable(get), Comparable(head));
        }

        Assert.Equal(401, (await SendAsync(server, "HEAD", "/api/v1/me", "ek_test_unknown")).Status);
        var tag = (await SendAsync(server, "HEAD", $"/api/v1/contacts/{contact}", tenant.Secret)).Headers["ETag"];
        Assert.Equal(304, (await SendAsync(server, "HEAD", $"/api/v1/contacts/{contact}", tenant.Secret, null, $"If-None-Match: {tag}")).Status);
        Assert.Equal("GET, HEAD, POST", (await SendAsync(server, "DELETE", "/api/v1/contacts", tenant.Secret)).Headers["Allow"]);
        Assert.Equal("POST", (await SendAsync(server, "HEAD", "/api/v1/whatsapp/messages", tenant.Secret)).Headers["Allow"]);
    }

    [Fact]
    public async Task Every_route_of_Get_answers_Head_alike()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        foreach (var route in RouteTable.Of(run.Shared).Where(route => route.Method == HttpMethod.Get))
        {
            var path = route.PathWith(_ => "x");
            using var get = await tenant.Api.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            using var request = new HttpRequestMessage(HttpMethod.Head, path);
            using var head = await tenant.Api.Http.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal((path, get.StatusCode), (path, head.StatusCode));
            Assert.Equal("", await head.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    /// <summary>But for what is of the one request or of the moment, and for how the body is cut up: there is none.</summary>
    private static IEnumerable<string> Comparable(RawAnswer answer) =>
        answer.Headers
            .Where(header => header.Key is not ("Date" or "X-Request-Id" or "X-RateLimit-Remaining" or "X-RateLimit-Reset" or "RateLimit" or "Transfer-Encoding" or "Content-Security-Policy"))
            .Select(header => $"{header.Key}: {header.Value}")
            .Order(StringComparer.Ordinal);

    private static async Task<RawAnswer> SendAsync(ServerProcess server, string method, string path, string key, string? body = null, params string[] headers)
    {
        using var connection = await server.ConnectAsync();
        var lines = string.Concat(headers.Append($"X-API-Key: {key}").Select(header => $"{header}\r\n"));
        return await connection.SendAsync(
            $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{lines}"
            + (body is null ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }
}
