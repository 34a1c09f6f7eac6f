using System.Diagnostics;
using System.Net.Sockets;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>A receiver of <c>docs/api/webhook-samples</c>, listening on a port of its own.</summary>
internal sealed class SampleReceiver(Uri url, Func<ValueTask> stopAsync) : IAsyncDisposable
{
    public Uri Url { get; } = url;

    /// <summary>Skips the test where its framework is missing.</summary>
    /// <param name="secret">What it verifies with.</param>
    public static async Task<SampleReceiver> StartAsync(string sample, WebhookSecret secret)
    {
        var port = LocalServer.FreePort();
        var url = new Uri($"http://127.0.0.1:{port}/hooks");
        switch (Path.GetExtension(sample))
        {
            case ".mjs":
                return await RunAsync(url, secret, await NodeReceiver.FolderAsync(), "node", sample);

            case ".py":
                Assert.SkipUnless(NodeReceiver.IsThere("python3", "-c", "import flask"), "python3 with flask is not there.");
                return await RunAsync(url, secret, VerificationSampleTests.Samples, "python3", "-m", "flask", "--app", Path.GetFileNameWithoutExtension(sample), "run", "--port", $"{port}");

            case ".rb":
                Assert.SkipUnless(NodeReceiver.IsThere("ruby", "-rsinatra/base", "-rwebrick", "-e", "exit"), "ruby with sinatra and webrick is not there.");
                return await RunAsync(url, secret, VerificationSampleTests.Samples, "ruby", sample, "-p", $"{port}", "-s", "webrick");

            case ".go":
                return await RunAsync(url, secret, VerificationSampleTests.Samples, await GoProgram.BuildAsync("verify.go", sample, "run_receiver.go"));

            default:
                var builder = WebApplication.CreateSlimBuilder();
                builder.Logging.ClearProviders();
                var app = builder.Build();
                app.Urls.Add($"http://127.0.0.1:{port}");
                app.MapWebhook("/hooks", secret.Text, static (_, _) => Task.CompletedTask);
                await app.StartAsync(TestContext.Current.CancellationToken);
                return new SampleReceiver(url, app.DisposeAsync);
        }
    }

    public ValueTask DisposeAsync() => stopAsync();

    private static async Task<SampleReceiver> RunAsync(Uri url, WebhookSecret secret, string folder, string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            Environment = { ["WEBHOOK_SECRET"] = secret.Text, ["PORT"] = $"{url.Port}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var receiver = new SampleReceiver(url, async () =>
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        });
        try
        {
            await Patience.UntilAsync($"{program} listens", async () => process.HasExited || await ListensAsync(url.Port));
            Assert.False(process.HasExited, $"{program} does not start.");
            return receiver;
        }
        catch
        {
            await receiver.DisposeAsync();
            throw;
        }
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
