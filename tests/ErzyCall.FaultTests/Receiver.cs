using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ErzyCall.FaultTests;

/// <summary>An integrator's server, and its own witness of what it was sent.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public string Url => $"{_app.Urls.Single()}/hooks";

    /// <summary>Requests that came for an event.</summary>
    public ConcurrentDictionary<string, int> Asked { get; } = [];

    /// <summary>Requests for an event that were answered 2xx.</summary>
    public ConcurrentDictionary<string, int> Taken { get; } = [];

    /// <summary>From the event to its first arrival, in milliseconds.</summary>
    public ConcurrentDictionary<string, double> Delays { get; } = [];

    /// <param name="answer">The status for a request, by how many have come for its event.</param>
    /// <param name="takes">How long it thinks.</param>
    public static async Task<Receiver> StartAsync(Func<int, HttpStatusCode> answer, TimeSpan takes = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(async context =>
        {
            var id = context.Request.Headers["webhook-id"].ToString();
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            receiver.Delays.TryAdd(id, (DateTimeOffset.UtcNow - body.RootElement.GetProperty("timestamp").GetDateTimeOffset()).TotalMilliseconds);
            var status = answer(receiver.Asked.AddOrUpdate(id, 1, static (_, count) => count + 1));
            await Task.Delay(takes);
            context.Response.StatusCode = (int)status;
            if ((int)status is >= 200 and < 300)
            {
                receiver.Taken.AddOrUpdate(id, 1, static (_, count) => count + 1);
            }
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Of the delays, the share <paramref name="quantile"/> of which is not longer; and begins to count anew.</summary>
    public double TakeDelay(double quantile)
    {
        var delays = Delays.Values.Order().ToList();
        Delays.Clear();
        return delays.Count == 0 ? double.NaN : delays[(int)(quantile * (delays.Count - 1))];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
