using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A delivery as a receiver got it.</summary>
internal sealed record ReceivedWebhook(IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonElement Json { get; } = JsonElement.Parse(Body);

    public string Event => Json.GetProperty("event").GetString()!;

    public string Id => Headers["webhook-id"];
}

/// <summary>A local HTTP server that takes deliveries. By default it answers 200 to all.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private WebApplication? _server;

    private WebhookReceiver()
    {
    }

    public ConcurrentQueue<ReceivedWebhook> Received { get; } = [];

    public Func<HttpContext, ReceivedWebhook, Task> Answer { get; set; } = static (_, _) => Task.CompletedTask;

    public Uri Url => new($"{_server!.Urls.Single()}/hooks");

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = new WebhookReceiver();
        receiver._server = await LocalHttpServer.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var received = new ReceivedWebhook(
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray());
            receiver.Received.Enqueue(received);
            await receiver.Answer(context, received);
        });
        return receiver;
    }

    /// <summary>From now on.</summary>
    public void AnswerWith(HttpStatusCode status, string body = "", string? retryAfter = null) => Answer = (context, _) =>
    {
        context.Response.StatusCode = (int)status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return context.Response.WriteAsync(body, Encoding.UTF8);
    };

    /// <summary>From now on it takes everything and answers nothing, until the returned source is completed: then 200 to all that waits and all that comes.</summary>
    public TaskCompletionSource Hang()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Answer = (context, _) => release.Task.WaitAsync(context.RequestAborted);
        return release;
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();
}
