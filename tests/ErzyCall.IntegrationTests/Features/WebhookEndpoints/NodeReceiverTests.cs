using System.Net;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>Receivers as integrators write them, with every kind of text that the API lets in.</summary>
public sealed class NodeReceiverTests(TestRun run)
{
    private static readonly string[] s_texts =
    [
        "Plain", "Zoë Ångström", "مرحبا", "漢字", "😀👩‍👩‍👧", "\"quoted\" \\ and / slashed", "<script>&amp;'`</script>", "line\nand\ttab", "\u2028 and \u2029",
        "\ufeff\u200b\u202e", "\ufffd\uffff", "e\u0301", "\U0010ffff",
    ];

    [Theory]
    [InlineData("standard.mjs")]
    [InlineData("stringified.mjs")]
    public async Task A_receiver_under_Node_accepts_everything_that_can_happen(string script)
    {
        var secret = WebhookSecret.Generate();
        await using var receiver = await NodeReceiver.StartAsync(script, secret);
        await using var engine = await StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver.Url, secret, "contact.created", "contact.updated", "call.scheduled", "call.cancelled");
        foreach (var text in s_texts)
        {
            var contact = await engine.Tenant.CreateContactAsync($"A {text}");
            var fields = new Dictionary<string, string>
            {
                // No control characters in names.
                [text.Replace('\n', ' ').Replace('\t', ' ')] = text,
                ["__proto__"] = text,
                ["10"] = "ten",
                ["9"] = "",
                ["constructor"] = "c",
                ["01"] = "one",
                ["4294967295"] = "large",
            };
            var metadata = new Dictionary<string, string> { ["__proto__"] = text, ["toString"] = text, ["constructor"] = "" };
            (await engine.Tenant.Api.PatchAsync($"/contacts/{contact}", new { notes = text, tags = new[] { $"A {text}", "b" }, customFields = fields })).ShouldBe(HttpStatusCode.OK);
            var call = await engine.Tenant.CreateAsync(
                "/calls", new { to = "+14155550100", from = engine.Tenant.Number, metadata, scheduledAt = engine.Clock.GetUtcNow().AddHours(1).ToString("O") });
            (await engine.Tenant.Api.PostAsync($"/calls/{call}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        }

        await engine.RunAllAsync();

        var attempts = await engine.AttemptsOfAsync(endpoint);
        Assert.Equal(4 * s_texts.Length, attempts.Count);
        Assert.All(attempts, attempt => Assert.Equal((200, null), (attempt.StatusCode, attempt.StatusCode == 200 ? null : attempt.ResponseBody)));
        Assert.Equal(["call.cancelled", "call.scheduled", "contact.created", "contact.updated"], attempts.Select(attempt => attempt.ResponseBody!).Distinct().Order());
    }

    [Theory]
    [InlineData("standard.mjs")]
    [InlineData("stringified.mjs")]
    public async Task A_receiver_under_Node_refuses_what_another_secret_has_signed(string script)
    {
        await using var receiver = await NodeReceiver.StartAsync(script, WebhookSecret.Generate());
        await using var engine = await StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver.Url, WebhookSecret.Generate(), "contact.created");
        await engine.Tenant.CreateContactAsync();

        await engine.RunAllAsync();

        Assert.Equal(400, Assert.Single(await engine.AttemptsOfAsync(endpoint)).StatusCode);
    }

    /// <summary>By the receivers' clock: the library refuses a delivery that is five minutes old.</summary>
    private Task<WebhookEngine> StartAsync() => WebhookEngine.StartAsync(run, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
}
