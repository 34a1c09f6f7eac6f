using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>The samples of <c>docs/api/webhook-samples</c> on a real delivery, each where its runtime is on the machine.</summary>
public sealed class VerificationSampleTests(TestRun run)
{
    /// <summary>Where they are, and what runs them.</summary>
    internal static string Samples { get; } = Path.Combine(AppContext.BaseDirectory, "Features/WebhookEndpoints/receivers");

    [Theory]
    [InlineData("with-library.ts")]
    [InlineData("verify.ts")]
    [InlineData("verify.py")]
    [InlineData("verify.go")]
    [InlineData("verify.rb")]
    [InlineData("Verify.cs")]
    public async Task A_sample_accepts_what_we_have_signed_lately_and_nothing_else(string sample)
    {
        var accepts = await RunnerAsync(sample);
        var (secret, received) = await ReceiveAsync();
        var headers = received.Headers.Where(header => header.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)).ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value);

        Assert.True(await accepts(new SampleDelivery(secret.Text, headers, received.Body)));
        Assert.True(await accepts(new SampleDelivery(secret.Text, With(headers, "webhook-signature", $"v1,{Convert.ToBase64String(new byte[32])} {headers["webhook-signature"]}"), received.Body)));

        Assert.False(await accepts(new SampleDelivery(secret.Text, headers, [.. received.Body, (byte)' '])));
        Assert.False(await accepts(new SampleDelivery(WebhookSecret.Generate().Text, headers, received.Body)));

        // Who has not set the secret must not let everybody in.
        var forged = HMACSHA256.HashData(Array.Empty<byte>(), (byte[])[.. Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}."), .. received.Body]);
        Assert.False(await accepts(new SampleDelivery("whsec_", With(headers, "webhook-signature", $"v1,{Convert.ToBase64String(forged)}"), received.Body)));
        Assert.False(await accepts(new SampleDelivery(secret.Text, With(headers, "webhook-id", "evt_01h455vb4pex5vsknk084sn02q"), received.Body)));
        var old = DateTimeOffset.UtcNow.AddMinutes(-6).ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(secret.Bytes(), (byte[])[.. Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{old}."), .. received.Body]);
        Assert.False(await accepts(new SampleDelivery(
            secret.Text, With(With(headers, "webhook-timestamp", $"{old}"), "webhook-signature", $"v1,{Convert.ToBase64String(signature)}"), received.Body)));
    }

    private static Dictionary<string, string> With(Dictionary<string, string> headers, string name, string value) => new(headers) { [name] = value };

    /// <summary>Skips the test where the sample cannot be run.</summary>
    private static async Task<Func<SampleDelivery, Task<bool>>> RunnerAsync(string sample)
    {
        var path = Path.Combine(Samples, sample);
        switch (Path.GetExtension(sample))
        {
            case ".ts":
                var folder = await NodeReceiver.FolderAsync();
                return delivery => AcceptsAsync("node", [Path.Combine(folder, "run-sample.mjs"), path], refusal: 1, delivery);

            case ".py":
                Assert.SkipUnless(NodeReceiver.IsThere("python3"), "python3 is not on the PATH.");
                return delivery => AcceptsAsync("python3", [Path.Combine(Samples, "run_sample.py"), path], refusal: 1, delivery);

            case ".go":
                var program = await GoProgram.BuildAsync(sample, "run_sample.go");
                return delivery => AcceptsAsync(program, [], refusal: 3, delivery);

            case ".rb":
                Assert.SkipUnless(NodeReceiver.IsThere("ruby"), "ruby is not on the PATH.");
                return delivery => AcceptsAsync("ruby", [Path.Combine(Samples, "run_sample.rb"), path], refusal: 1, delivery);

            default:
                return delivery => Task.FromResult(AcceptsInCSharp(delivery));
        }
    }

    /// <param name="refusal">The exit code that means it; any other one but 0 is a sample that does not run.</param>
    private static async Task<bool> AcceptsAsync(string program, IEnumerable<string> arguments, int refusal, SampleDelivery delivery)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(delivery, JsonSerializerOptions.Web));
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0 || (process.ExitCode == refusal && (await output).Length > 0), $"{process.ExitCode}: {await output}{await errors}");
        return process.ExitCode == 0;
    }

    private static bool AcceptsInCSharp(SampleDelivery delivery)
    {
        try
        {
            using var body = Webhook.Verify(delivery.Secret, delivery.Headers.GetValueOrDefault, delivery.Body);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private async Task<(WebhookSecret Secret, ReceivedWebhook Received)> ReceiveAsync()
    {
        await using var engine = await WebhookEngine.StartAsync(run, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        await using var receiver = await WebhookReceiver.StartAsync();
        var secret = WebhookSecret.Generate();
        await engine.AddEndpointAsync(receiver.Url, secret, "contact.created");
        await engine.Tenant.CreateContactAsync("Ada \"Łove\" \u2028 🎉");
        await engine.RunAllAsync();
        return (secret, Assert.Single(receiver.Received));
    }

    private sealed record SampleDelivery(string Secret, Dictionary<string, string> Headers, byte[] Body);
}
