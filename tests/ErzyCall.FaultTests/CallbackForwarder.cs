using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ErzyCall.FaultTests;

/// <summary>
/// The public address of several copies of the server, as a load balancer is: it sends each request to the next copy that serves. When that one dies before it has
/// answered, the connection of whoever sent the request is cut: nobody knows what became of it, and nothing sends it again but its sender.
/// </summary>
internal sealed class CallbackForwarder : IAsyncDisposable
{
    /// <summary>What belongs to one connection, or follows from the content.</summary>
    private static readonly string[] s_ofConnection = ["Host", "Connection", "Content-Length", "Transfer-Encoding"];

    private readonly Cluster _cluster;
    private readonly WebApplication _app;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private int _turn;
    private int _taken;
    private int _refused;
    private int _cut;
    private int _unserved;

    private CallbackForwarder(Cluster cluster, WebApplication app)
    {
        _cluster = cluster;
        _app = app;
    }

    /// <summary>Requests that a copy answered with 2xx.</summary>
    public int Taken => _taken;

    /// <summary>Requests that a copy answered with 401.</summary>
    public int Refused => _refused;

    /// <summary>Requests whose copy died before it had answered.</summary>
    public int Cut => _cut;

    /// <summary>Requests at a time when no copy served.</summary>
    public int Unserved => _unserved;

    /// <summary>Answers that no callback of these runs should have.</summary>
    public ConcurrentQueue<string> Surprises { get; } = [];

    public static Uri AddressAt(int port) => new($"http://127.0.0.1:{port}");

    public static async Task<CallbackForwarder> StartAsync(Cluster cluster, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(AddressAt(port).ToString());
        var forwarder = new CallbackForwarder(cluster, builder.Build());
        forwarder._app.Run(forwarder.ForwardAsync);
        await forwarder._app.StartAsync();
        return forwarder;
    }

    /// <summary>Forgets what it has counted.</summary>
    public void Clear()
    {
        _taken = _refused = _cut = _unserved = 0;
        Surprises.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var first = (int)((uint)Interlocked.Increment(ref _turn) % _cluster.Servers.Count);
        foreach (var copy in _cluster.Servers[first..].Concat(_cluster.Servers[..first]).Where(copy => copy.IsServing))
        {
            try
            {
                await ForwardAsync(context, body.ToArray(), copy);
                return;
            }
            catch (HttpRequestException dead) when (dead.HttpRequestError is HttpRequestError.ConnectionError)
            {
                // It has never heard of the request.
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException or OperationCanceledException)
            {
                Interlocked.Increment(ref _cut);
                context.Abort();
                return;
            }
        }

        Interlocked.Increment(ref _unserved);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    private async Task ForwardAsync(HttpContext context, byte[] body, ServerProcess copy)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(copy.Address, $"{context.Request.Path}{context.Request.QueryString}"));
        request.Content = new ByteArrayContent(body);
        foreach (var (name, values) in context.Request.Headers.ExceptBy(s_ofConnection, header => header.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        using var response = await _http.SendAsync(request, context.RequestAborted);
        var answer = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                Interlocked.Increment(ref _taken);
                break;
            case HttpStatusCode.Unauthorized:
                Interlocked.Increment(ref _refused);
                break;
            default:
                Surprises.Enqueue($"{(int)response.StatusCode} {context.Request.Path}");
                break;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(answer);
    }
}
