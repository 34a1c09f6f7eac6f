using System.Net;
using System.Text.Json;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Observability;

/// <summary>The log as an operator gets it: one line an event whatever clients write, and nothing in it that is nobody's business.</summary>
public sealed class LogTests(TestRun run)
{
    /// <summary>What breaks lines, ends JSON strings, and moves a terminal's cursor.</summary>
    private const string Poison = "a%0Ab%0D%0A%1B[31mc%22,%22d%22:%22e%E2%80%A8f";

    private const string Decoded = "a\nb\r\n\u001B[31mc\",\"d\":\"e\u2028f";

    private static int s_requests;

    [Fact]
    public async Task What_a_client_writes_stays_in_its_place_in_one_line_of_JSON()
    {
        var server = await run.Deployed;
        using var client = server.CreateClient((await run.Shared.CreateTenantAsync()).Secret);
        var id = await SendAsync(client, HttpMethod.Post, $"/api/v1/{Poison}?{Poison}", Decoded);

        var line = JsonElement.Parse(await server.LineWithAsync(id));

        Assert.Equal(
            ("POST", $"/api/v1/{Decoded}", 404, id),
            (line.GetProperty("RequestMethod").GetString(), line.GetProperty("RequestPath").GetString(), line.GetProperty("StatusCode").GetInt32(), line.GetProperty("RequestId").GetString()));
        Assert.False(line.TryGetProperty("d", out _));
        Assert.All(server.Log, written => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(written).ValueKind));
        Assert.All(server.Log, written => Assert.DoesNotContain(written, char.IsControl));
    }

    [Fact]
    public async Task The_same_holds_in_Development_where_lines_are_for_people()
    {
        using var server = await run.StartProcessAsync("Development");
        using var client = server.CreateClient((await run.Shared.CreateTenantAsync()).Secret);
        var id = await SendAsync(client, HttpMethod.Get, $"/api/v1/{Poison}");

        var line = await server.LineWithAsync(id);

        Assert.Contains("""HTTP "GET" "/api/v1/a\nb\r\n\u001B[31mc\",\"d\":\"e""", line, StringComparison.OrdinalIgnoreCase);
        Assert.All(server.Log, written => Assert.DoesNotContain(written, char.IsControl));
    }

    [Fact]
    public async Task No_line_holds_a_key_a_secret_a_script_or_a_number()
    {
        var server = await run.Deployed;
        var tenant = await run.Shared.CreateTenantAsync();
        using var client = server.CreateClient(tenant.Secret);
        const string Script = "the-script-of-a-call-that-nobody-but-its-parties-may-know";
        const string Number = "+14155557301";
        List<string> ids =
        [
            await SendAsync(client, HttpMethod.Post, "/api/v1/calls", $$$"""{"to":"{{{Number}}}","from":"{{{Tenant.From}}}","firstMessage":"{{{Script}}}"}"""),
            await SendAsync(client, HttpMethod.Post, "/api/v1/calls/preview", $$$"""{"to":"{{{Number}}}","from":"{{{Tenant.From}}}","firstMessage":"{{{Script}}}","unknown":"{{{Script}}}"}"""),
            await SendAsync(client, HttpMethod.Post, "/api/v1/do-not-call", $$"""{"phone":"{{Number}}"}"""),
            await SendAsync(client, HttpMethod.Get, $"/api/v1/calls?phone={Uri.EscapeDataString(Number)}"),
            await SendAsync(client, HttpMethod.Delete, $"/api/v1/do-not-call/{Uri.EscapeDataString(Number)}"),
            await SendAsync(client, HttpMethod.Delete, $"/api/v1/do-not-call/{Number[1..]}"),
        ];
        var secrets = new List<string> { tenant.Secret };
        foreach (var (path, body) in new[] { ("/api-keys", """{"name":"Another","scopes":["*"]}"""), ("/webhooks", """{"url":"https://example.com/hooks","events":["call.ended"]}""") })
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri($"/api/v1{path}", UriKind.Relative), content, TestContext.Current.CancellationToken);
            ids.Add(answer.Headers.GetValues("X-Request-Id").Single());
            secrets.Add(JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("data").GetProperty("secret").GetString()!);
        }

        // A key that is none is as secret: it may be one with a letter too many.
        using (var mistaken = server.CreateClient($"{tenant.Secret}x"))
        {
            ids.Add(await SendAsync(mistaken, HttpMethod.Get, "/api/v1/me"));
        }

        // What an account's platform shows for a check of its address.
        var account = await tenant.ConnectAsync(simulated: false);
        ids.Add(await SendAsync(client, HttpMethod.Get, $"/hooks/whatsapp/{account.Id}?hub.mode=subscribe&hub.verify_token={WhatsAppTenant.VerifyToken}&hub.challenge=1"));
        foreach (var id in ids)
        {
            await server.LineWithAsync(id);
        }

        Assert.All([.. secrets, Script, WhatsAppTenant.VerifyToken, Number[1..]], secret => Assert.DoesNotContain(server.Log, line => line.Contains(secret, StringComparison.Ordinal)));
        Assert.Contains("\"RequestPath\":\"/api/v1/do-not-call/…\"", await server.LineWithAsync(ids[4]), StringComparison.Ordinal);
        Assert.Contains("\"RequestPath\":\"/api/v1/do-not-call/…\"", await server.LineWithAsync(ids[5]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_a_request_says_whose_it_is()
    {
        var server = await run.Deployed;
        var tenant = await run.Shared.CreateTenantAsync();
        using (var client = server.CreateClient(tenant.Secret))
        {
            foreach (var path in new[] { "/api/v1/me", "/api/v1/calls/x", "/api/v1/nowhere" })
            {
                var line = JsonElement.Parse(await server.LineWithAsync(await SendAsync(client, HttpMethod.Get, path)));
                Assert.Equal($"{tenant.Organization.Id} {tenant.Key.Id}", $"{line.GetProperty("OrganizationId").GetString()} {line.GetProperty("KeyId").GetString()}");
            }
        }

        using var nobody = server.CreateClient("ek_test_unknown");
        Assert.DoesNotContain("OrganizationId", await server.LineWithAsync(await SendAsync(nobody, HttpMethod.Get, "/api/v1/me")), StringComparison.Ordinal);
    }

    /// <summary>Sends a request with an id of its own, which is returned.</summary>
    private static async Task<string> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null)
    {
        var id = $"req_log-{Interlocked.Increment(ref s_requests)}-{Guid.CreateVersion7():N}";
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Request-Id", id);
        request.Headers.TryAddWithoutValidation("User-Agent", "\u001B[31m\",\"d\":\"");
        if (body is not null)
        {
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        }

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(id, answer.Headers.GetValues("X-Request-Id").Single());
        Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
        return id;
    }
}
