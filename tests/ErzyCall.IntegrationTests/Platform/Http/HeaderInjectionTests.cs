using System.Net;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Platform.Http;

/// <summary>Nothing that a client writes becomes a header of its own, in an answer or in a delivery. What Kestrel refuses of it is in <see cref="UnreadableRequestTests"/>.</summary>
public sealed class HeaderInjectionTests(TestRun run)
{
    private const string Injected = "X-Injected";

    [Theory]
    [InlineData("""{"url":"https://example.com/\r\nX-Injected: yes","events":["call.ended"]}""", "url")]
    [InlineData("""{"url":"https://example.com/\nX-Injected: yes","events":["call.ended"]}""", "url")]
    [InlineData("""{"url":"https://example.com\r\nX-Injected: yes","events":["call.ended"]}""", "url")]
    [InlineData("""{"url":"https://example.com/","events":["call.ended\r\nX-Injected: yes"]}""", "events[0]")]
    public async Task A_line_break_in_what_a_webhook_is_sent_by_is_refused(string body, string field)
    {
        var tenant = await run.Shared.CreateTenantAsync();
        (await tenant.Api.PostAsync("/webhooks", body)).ShouldBeError(400, "VALIDATION_ERROR", field);
        var endpoint = await tenant.CreateAsync("/webhooks", new { url = "https://example.com/", events = new[] { "call.ended" } });
        (await tenant.Api.PatchAsync($"/webhooks/{endpoint}", body)).ShouldBeError(400, "VALIDATION_ERROR", field);
    }

    [Fact]
    public async Task An_escaped_line_break_stays_in_its_place_in_a_delivery()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var engine = await WebhookEngine.StartAsync(run);
        await engine.AddEndpointAsync(new Uri($"{receiver.Url}%0d%0a{Injected}:%20yes?%0d%0a{Injected}:%20yes"), WebhookSecret.Generate(), "contact.created");
        await engine.Tenant.CreateAsync("/contacts", new { title = $"Ada\n{Injected}: yes", phone = "+14155550123", notes = $"\n\n{Injected}: yes" });

        await engine.RunAllAsync();

        var received = Assert.Single(receiver.Received);
        Assert.DoesNotContain(Injected, received.Headers.Keys);
        Assert.Equal($"Ada\n{Injected}: yes", received.Json.GetProperty("data").GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_challenge_is_given_back_as_text_and_as_nothing_else()
    {
        var account = await (await run.Shared.CreateTenantAsync()).ConnectAsync(simulated: false);
        using var client = (await run.Deployed).CreateClient();
        using var answer = await client.GetAsync(
            new Uri($"/hooks/whatsapp/{account.Id}?hub.mode=subscribe&hub.verify_token={WhatsAppTenant.VerifyToken}&hub.challenge=%0d%0a{Injected}:%20yes%0d%0a%0d%0a%3Cscript%3E", UriKind.Relative),
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal($"\r\n{Injected}: yes\r\n\r\n<script>", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("text/plain", "nosniff"), (answer.Content.Headers.ContentType!.MediaType, answer.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.False(answer.Headers.Contains(Injected));
    }

    [Theory]
    [InlineData("/api/v1/calls/%0d%0aX-Injected:%20yes")]
    [InlineData("/api/v1/do-not-call/%2B14155550123%0d%0aX-Injected:%20yes")]
    [InlineData("/api/v1/calls?cursor=%0d%0aX-Injected:%20yes")]
    [InlineData("/api/v1/%0d%0aX-Injected:%20yes")]
    [InlineData("/hooks/whatsapp/%0d%0aX-Injected:%20yes")]
    [InlineData("/docs%0d%0aX-Injected:%20yes")]
    public async Task An_escaped_line_break_in_a_path_or_a_query_is_no_line_break_of_the_answer(string path)
    {
        using var client = (await run.Deployed).CreateClient((await run.Shared.CreateTenantAsync()).Secret);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            using var request = new HttpRequestMessage(method, path);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.InRange((int)answer.StatusCode, 400, 405);
            Assert.False(answer.Headers.Contains(Injected));
            Assert.False(answer.Content.Headers.Contains(Injected));
        }
    }
}
