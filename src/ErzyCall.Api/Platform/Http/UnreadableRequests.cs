using System.Diagnostics;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// Answers what Kestrel refuses before there is a request for the pipeline: a request line, a path or headers that are too long, cannot be
/// read, or did not come in time. Kestrel's own answer is a status without a body. Only the status is logged: what came of the request may
/// be anything, also a key.
/// </summary>
/// <remarks>
/// Kestrel announces such a request before it answers it (<c>HttpProtocol.SetBadRequestState</c>), and leaves a response that has been
/// started meanwhile as it is and closes the connection behind it. There is no response stream yet, so the body goes to the connection
/// itself. On HTTP/2 and 3 many requests share one, and there Kestrel's own answer stays.
/// </remarks>
internal sealed partial class UnreadableRequests(ErrorWriter errors, TimeProvider clock, ILogger<UnreadableRequests> logger)
    : IObserver<KeyValuePair<string, object?>>
{
    public const string Announcement = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is not IFeatureCollection features
            || features.Get<IHttpRequestFeature>() is not { } request
            || features.Get<IHttpResponseFeature>() is not { HasStarted: false } response
            || features.Get<IHttpResponseBodyFeature>() is not { } body
            || features.Get<IConnectionTransportFeature>() is not { } connection
            || HttpProtocol.IsHttp2(request.Protocol)
            || HttpProtocol.IsHttp3(request.Protocol))
        {
            return;
        }

        var id = RequestId.New(clock);
        var envelope = errors.Render(ApiError.Unreadable(response.StatusCode));
        Log.Refused(logger, response.StatusCode, id);
        response.Headers[RequestId.Header] = id;
        response.Headers.ContentType = "application/json; charset=utf-8";
        response.Headers.ContentLength = envelope.Length;
        response.Headers.Connection = "close";
        SecurityHeaders.Write(response.Headers, isApi: true);

        // Nothing waits here for a client that does not take its answers: the few bytes fit into the buffer, or else only the status goes
        // out.
        if (body.StartAsync().IsCompletedSuccessfully && !HttpMethods.IsHead(request.Method))
        {
            _ = connection.Transport.Output.WriteAsync(envelope).AsTask();
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A request that is not HTTP, or not in time, was refused with {StatusCode}: {RequestId}")]
        public static partial void Refused(ILogger logger, int statusCode, string requestId);
    }
}

internal static class UnreadableRequestsSetup
{
    /// <summary>Answers unreadable requests for the life of the server.</summary>
    public static void AnswerUnreadableRequests(this WebApplication app) =>
        app.Services.GetRequiredService<DiagnosticListener>().Subscribe(
            ActivatorUtilities.CreateInstance<UnreadableRequests>(app.Services), static name => name == UnreadableRequests.Announcement);
}
