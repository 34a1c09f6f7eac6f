using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>The receivers of <c>docs/api/webhook-samples</c>, each where its framework is on the machine.</summary>
public sealed class ReceiverSampleTests(TestRun run)
{
    [Theory]
    [InlineData("AspNetCore.cs")]
    [InlineData("express.mjs")]
    [InlineData("flask_app.py")]
    [InlineData("net_http.go")]
    [InlineData("sinatra_app.rb")]
    public async Task A_receiver_takes_what_we_have_signed_and_refuses_what_another_secret_has(string sample)
    {
        var secret = WebhookSecret.Generate();
        await using var receiver = await SampleReceiver.StartAsync(sample, secret);
        await using var engine = await WebhookEngine.StartAsync(run, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var ours = await engine.AddEndpointAsync(receiver.Url, secret, "contact.created");
        var others = await engine.AddEndpointAsync(receiver.Url, WebhookSecret.Generate(), "contact.created");
        await engine.Tenant.CreateContactAsync("Ada \"Łove\" \u2028 🎉");

        await engine.RunAllAsync();

        Assert.Equal(204, Assert.Single(await engine.AttemptsOfAsync(ours)).StatusCode);
        Assert.Equal(400, Assert.Single(await engine.AttemptsOfAsync(others)).StatusCode);
    }
}
