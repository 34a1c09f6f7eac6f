using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>What arrives, to the byte. The signatures are computed here anew, from the published rules.</summary>
public sealed class DeliveredBytesTests(TestRun run)
{
    [Fact]
    public async Task Every_attempt_carries_the_event_as_it_was_frozen_and_proves_where_it_is_from()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.AnswerWith(HttpStatusCode.InternalServerError);
        var secret = WebhookSecret.Generate();
        await engine.AddEndpointAsync(receiver.Url, secret, "contact.created");
        var contact = await engine.Tenant.CreateContactAsync("Zoë \"the\" <b>\\ 😀 \u2028 &\t'");
        var happened = await engine.Server.InDatabaseAsync(db => db.Events.SingleAsync());

        await engine.RunAllAsync();

        // What becomes of the contact afterwards is another event.
        (await engine.Tenant.Api.PatchAsync($"/contacts/{contact}", new { title = "Changed" })).ShouldBe(HttpStatusCode.OK);
        receiver.AnswerWith(HttpStatusCode.OK);
        engine.Clock.Advance(TimeSpan.FromSeconds(6));
        await engine.RunAllAsync();

        var times = new[] { "2026-06-01T10:00:00Z", "2026-06-01T10:00:06Z" }.Select(time => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeSeconds());
        Assert.Equal(times.Select(time => time.ToString(CultureInfo.InvariantCulture)), receiver.Received.Select(attempt => attempt.Headers["webhook-timestamp"]));
        foreach (var attempt in receiver.Received)
        {
            var body = Encoding.UTF8.GetString(attempt.Body);
            Assert.Equal($$"""{"event":"contact.created","timestamp":"2026-06-01T10:00:00.000Z","data":{{happened.Data}}}""", body);
            Assert.Contains("\"title\":\"Zoë \\\"the\\\" <b>\\\\ 😀 \u2028 &\\t'\"", body, StringComparison.Ordinal);
            Assert.Equal(happened.Id.ToString(), attempt.Id);
            Assert.Equal("application/json", attempt.Headers["Content-Type"]);
            Assert.Equal(attempt.Body.Length.ToString(CultureInfo.InvariantCulture), attempt.Headers["Content-Length"]);
            Assert.Equal("ErzyCall-Webhooks/1.0", attempt.Headers["User-Agent"]);
            Assert.Equal("contact.created", attempt.Headers["X-Webhook-Event"]);
            Assert.Equal(OurSignature(secret, attempt), attempt.Headers["X-Webhook-Signature"]);
            Assert.Equal(StandardSignature(secret, attempt), attempt.Headers["webhook-signature"]);

            // Nothing else: no tracing, no second signature.
            Assert.Equal(
                ["content-length", "content-type", "host", "user-agent", "webhook-id", "webhook-signature", "webhook-timestamp", "x-webhook-event", "x-webhook-signature"],
                attempt.Headers.Keys.Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task While_the_secret_is_rotated_the_one_before_signs_beside_it_and_not_a_moment_longer()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (before, after) = (WebhookSecret.Generate(), WebhookSecret.Generate());
        var endpoint = await engine.AddEndpointAsync(receiver.Url, before, "call.started");
        await RotateAsync(engine, endpoint, after, TimeSpan.FromHours(24));

        engine.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        await engine.HappenAsync(Guid.CreateVersion7());
        await engine.RunAllAsync();
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.HappenAsync(Guid.CreateVersion7());
        await engine.RunAllAsync();

        var attempts = receiver.Received.ToList();
        Assert.Equal(2, attempts.Count);
        Assert.Equal(OurSignature(after, attempts[0]), attempts[0].Headers["X-Webhook-Signature"]);
        Assert.Equal(OurSignature(before, attempts[0]), attempts[0].Headers["X-Webhook-Signature-Previous"]);
        Assert.Equal($"{StandardSignature(after, attempts[0])} {StandardSignature(before, attempts[0])}", attempts[0].Headers["webhook-signature"]);
        Assert.Equal(OurSignature(after, attempts[1]), attempts[1].Headers["X-Webhook-Signature"]);
        Assert.Equal(StandardSignature(after, attempts[1]), attempts[1].Headers["webhook-signature"]);
        Assert.DoesNotContain("X-Webhook-Signature-Previous", attempts[1].Headers.Keys);
    }

    [Fact]
    public async Task A_replaced_secret_is_erased_when_its_time_is_over()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        var other = await engine.AddEndpointAsync(receiver, "call.started");
        await RotateAsync(engine, endpoint, WebhookSecret.Generate(), TimeSpan.FromHours(24));
        await RotateAsync(engine, other, WebhookSecret.Generate(), TimeSpan.FromHours(168));

        engine.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        await engine.Server.RunAsync<PurgeSecretsJob>();
        Assert.NotNull((await engine.EndpointAsync(endpoint)).PreviousSecret);

        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await engine.Server.RunAsync<PurgeSecretsJob>();
        var erased = await engine.EndpointAsync(endpoint);
        Assert.Equal((null, null), (erased.PreviousSecret, erased.PreviousSecretUntil));
        Assert.NotEqual(endpoint.Secret, erased.Secret);
        Assert.NotNull((await engine.EndpointAsync(other)).PreviousSecret);
    }

    private static Task<int> RotateAsync(WebhookEngine engine, WebhookEndpoint endpoint, WebhookSecret secret, TimeSpan grace) => engine.Server.InDatabaseAsync(async db =>
    {
        var row = await db.WebhookEndpoints.SingleAsync(row => row.Id == endpoint.Id);
        row.Rotate(secret.Encrypt(engine.Server.Services.GetRequiredService<Encryption>()), grace, engine.Tenant.Now);
        return await db.SaveChangesAsync();
    });

    private static string OurSignature(WebhookSecret secret, ReceivedWebhook attempt) =>
        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Text), attempt.Body))}";

    private static string StandardSignature(WebhookSecret secret, ReceivedWebhook attempt)
    {
        var signed = $"{attempt.Headers["webhook-id"]}.{attempt.Headers["webhook-timestamp"]}.{Encoding.UTF8.GetString(attempt.Body)}";
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret.Text["whsec_".Length..]), Encoding.UTF8.GetBytes(signed)))}";
    }
}
