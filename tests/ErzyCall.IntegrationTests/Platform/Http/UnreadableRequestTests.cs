using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Http;

/// <summary>What Kestrel refuses before the pipeline: it gets the error envelope all the same.</summary>
public sealed class UnreadableRequestTests(TestRun run)
{
    private const string Host = "Host: localhost\r\n";

    /// <summary>In every request, and never in an answer or the log: it could be a key.</summary>
    private const string Marker = "marker-of-a-request-that-is-not-http";

    private static readonly Dictionary<string, (string Request, int Status, string Message)> s_requests = new()
    {
        ["U+0000 in the path, escaped"] = (Get($"/api/v1/calls/{Marker}%00"), 400, "Malformed request"),
        ["U+0000 in the path"] = (Get($"/api/v1/calls/{Marker}\0"), 400, "Malformed request"),
        ["a letter beyond ASCII in the path"] = (Get($"/api/v1/calls/{Marker}é"), 400, "Malformed request"),
        ["a space in the path"] = (Get($"/api/v1/calls/{Marker} 1"), 400, "Malformed request"),
        ["a request line of 40 KiB"] = (Get($"/api/v1/calls?{Marker}{new string('x', 40 * 1024)}"), 414, "Request line is too long"),
        ["101 headers"] = (Get("/api/v1/me", string.Concat(Enumerable.Range(0, 101).Select(n => $"X-{n}: {Marker}\r\n"))), 431, "Request headers are too long or too many"),
        ["headers of 40 KiB"] = (Get("/api/v1/me", $"X-API-Key: {Marker}{new string('x', 40 * 1024)}\r\n"), 431, "Request headers are too long or too many"),
        ["a header without a colon"] = (Get("/api/v1/me", $"X-API-Key {Marker}\r\n"), 400, "Malformed request"),
        ["a space before the colon"] = (Get("/api/v1/me", $"X-API-Key : {Marker}\r\n"), 400, "Malformed request"),
        ["U+0000 in a header"] = (Get("/api/v1/me", $"X-API-Key: {Marker}\0\r\n"), 400, "Malformed request"),
        ["a carriage return in a header"] = (Get("/api/v1/me", $"X-Request-Id: req_{Marker}\rX-Other: 1\r\n"), 400, "Malformed request"),
        ["a header that goes on in the next line"] = (Get("/api/v1/me", $"X-Request-Id: req_1\r\n {Marker}\r\n"), 400, "Malformed request"),
        ["no host"] = ($"GET /api/v1/{Marker} HTTP/1.1\r\n\r\n", 400, "Malformed request"),
        ["two hosts"] = (Get($"/api/v1/{Marker}", "Host: example.com\r\n"), 400, "Malformed request"),
        ["a host that is none"] = ($"GET /api/v1/me HTTP/1.1\r\nHost: {Marker}/<>\r\n\r\n", 400, "Malformed request"),
        ["another version"] = ($"GET /api/v1/{Marker} HTTP/9.9\r\n{Host}\r\n", 505, "HTTP version is not supported"),
        ["a method that is none"] = ($"G@T /api/v1/{Marker} HTTP/1.1\r\n{Host}\r\n", 400, "Malformed request"),
        ["a length that is none"] = (Post($"Content-Length: {Marker}\r\n"), 400, "Malformed request"),
        ["a length beyond ASCII"] = (Post("Content-Length: é\r\n"), 400, "Malformed request"),
        ["two lengths"] = (Post($"Content-Length: 2\r\nContent-Length: 3\r\nX-API-Key: {Marker}\r\n"), 400, "Malformed request"),
        ["a body without an end"] = (Post($"Transfer-Encoding: gzip\r\nX-API-Key: {Marker}\r\n"), 400, "Malformed request"),
        ["TLS"] = ("\u0016\u0003\u0001\u0002\0\u0001\0" + new string('x', 100), 400, "Malformed request"),
        ["a request after one that was answered"] = ($"OPTIONS /nowhere HTTP/1.1\r\n{Host}\r\n" + Get($"/{Marker}%00"), 404, "No such path"),
    };

    public static TheoryData<string> Requests => [.. s_requests.Keys];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task What_is_not_HTTP_is_answered_with_the_envelope_and_the_connection_closed(string what)
    {
        var (request, status, message) = s_requests[what];
        var server = await run.Deployed;
        using var connection = await server.ConnectAsync();

        // Read to the end: the server closes it.
        var answer = await connection.SendAsync(request);

        Assert.Equal((what, status), (what, answer.Status));
        Assert.Contains($"\"message\":\"{message}\"", answer.Body, StringComparison.Ordinal);
        if (answer.Status == 404)
        {
            // What was answered before stays whole, and the refusal follows it.
            answer = RawAnswer.Parse(answer.Body[answer.Body.IndexOf("HTTP/1.1 400", StringComparison.Ordinal)..]);
            message = "Malformed request";
        }

        Assert.Equal($$$"""{"error":{"code":"VALIDATION_ERROR","message":"{{{message}}}"}}""", answer.Body);
        Assert.Equal(
            ("application/json; charset=utf-8", $"{answer.Body.Length}", "close", "nosniff", "no-store"),
            (answer.Headers["Content-Type"], answer.Headers["Content-Length"], answer.Headers["Connection"], answer.Headers["X-Content-Type-Options"], answer.Headers["Cache-Control"]));
        Assert.Matches("^req_[0-9a-z]{26}$", answer.Headers["X-Request-Id"]);

        Assert.Contains($"\"StatusCode\":{answer.Status}", await server.LineWithAsync(answer.Headers["X-Request-Id"]), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Log, line => line.Contains(Marker, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_HEAD_gets_no_body()
    {
        var answer = await SendAsync($"HEAD /api/v1/me HTTP/1.1\r\n{Host}{Host}\r\n");
        Assert.Equal((400, ""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task What_is_HTTP_after_all_comes_to_its_own_refusal()
    {
        foreach (var request in new[] { Get("/api/v1/%zz"), Get("/api/v1/%ff"), Get("/api/v1/me", "X-API-Key: é\r\n"), Get("/api/v1/me", "X-Request-Id: \u001B[31m\r\n"), Get($"/api/v1/calls?{new string('x', 30 * 1024)}") })
        {
            var answer = await SendAsync(request);
            Assert.Equal(401, answer.Status);
            Assert.Contains("""{"error":{"code":"UNAUTHORIZED","message":"Missing or unknown API key"}}""", answer.Body, StringComparison.Ordinal);
        }
    }

    /// <summary>Over a connection of its own.</summary>
    private async Task<RawAnswer> SendAsync(string request)
    {
        using var connection = await (await run.Deployed).ConnectAsync();
        return await connection.SendAsync(request);
    }

    private static string Get(string target, string headers = "") => $"GET {target} HTTP/1.1\r\n{Host}Connection: close\r\n{headers}\r\n";

    private static string Post(string headers) => $"POST /api/v1/calls HTTP/1.1\r\n{Host}{headers}\r\n{{}}";
}
