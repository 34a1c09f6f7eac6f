using System.Net;
using System.Text.Json;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Http;

/// <summary>Clients that go away in the middle of things. Nothing that a client does at will may look in the log like a failure of the server.</summary>
public sealed class LostClientTests(TestRun run)
{
    [Fact]
    public async Task No_client_rings_an_alarm_by_leaving()
    {
        using var server = await run.StartProcessAsync(settings: ("Shutdown__Delay", "00:10:00"));
        var tenant = await run.Shared.CreateTenantAsync();
        var account = await tenant.ConnectAsync(simulated: false);
        string[] targets =
        [
            "POST /api/v1/calls", "POST /api/v1/calls/batch", "POST /api/v1/contacts", "POST /api/v1/contacts/batch", "POST /api/v1/do-not-call", "POST /api/v1/webhooks",
            "POST /api/v1/api-keys", "POST /api/v1/whatsapp/messages", $"POST /hooks/whatsapp/{account.Id}", "POST /hooks/whatsapp/wa_acct_x", "POST /api/v1/nowhere",
            "PATCH /api/v1/contacts/contact_01h455vb4pex5vsknk084sn02q", "DELETE /api/v1/contacts/contact_01h455vb4pex5vsknk084sn02q", "GET /api/v1/contacts",
            "POST /health/live",
        ];
        string[] breaks =
        [
            "Content-Length: 100\r\n\r\n{\"to\":", "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"to\"\r\n", "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}",
            "Content-Length: 2\r\n\r\n{}", "\r\n",
        ];
        foreach (var target in targets)
        {
            foreach (var broken in breaks)
            {
                foreach (var extra in new[] { "", "Idempotency-Key: lost\r\n" })
                {
                    using var connection = await server.ConnectAsync();
                    await connection.WriteAsync($"{target} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {tenant.Secret}\r\nContent-Type: application/json\r\n{extra}{broken}");
                    connection.Reset();
                }
            }
        }

        // Answers that nobody takes.
        for (var number = 0; number < 20; number++)
        {
            using var connection = await server.ConnectAsync();
            await connection.WriteAsync($"GET /openapi/v1.json HTTP/1.1\r\nHost: localhost\r\n\r\nGET /api/v1/contacts HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {tenant.Secret}\r\n\r\n");
            connection.Reset();
        }

        // Nor does an orderly stop, of which every look at the readiness is told.
        await server.TerminateAsync();
        using var client = server.CreateClient(tenant.Secret);
        await Patience.UntilAsync("it says that it stops", async () => (await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode is HttpStatusCode.ServiceUnavailable);
        using var last = await client.GetAsync(new Uri("/api/v1/me", UriKind.Relative), TestContext.Current.CancellationToken);
        await server.LineWithAsync(last.Headers.GetValues("X-Request-Id").Single());

        var lines = server.Log.Where(line => line.StartsWith('{')).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Contains(lines, line => line.TryGetProperty("StatusCode", out var status) && status.GetInt32() == 400);
        Assert.DoesNotContain(lines, line => line.TryGetProperty("@l", out var level) && level.GetString() is "Error" or "Fatal");
        Assert.DoesNotContain(lines, line => line.TryGetProperty("@x", out _));
    }
}
