using System.Net.ServerSentEvents;
using ErzyCall.Api.Features.ApiKeys.Sessions;
using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Console;

/// <summary>
/// What happens from now on, as server-sent events: a <c>ready</c> at once, after which nothing is missed, a message for each event that
/// the key may read, and a <c>quiet</c> when nothing has happened for a while. A page reads anew what it shows when it hears <c>ready</c>:
/// so a stream that broke off needs no memory.
/// </summary>
internal static class StreamEvents
{
    public static ServerSentEventsResult<object> Handle(
        HttpContext context, Caller caller, EventStreams streams, PublicAddress address)
    {
        // A browser's streams have no headers of their own.
        if (context.Request.Query["key"] is [{ } meant] && meant != caller.KeyId.ToString())
        {
            throw new ApiException(ApiError.Unauthorized);
        }

        context.Response.Headers["X-Accel-Buffering"] = "no";
        var session = context.Request.Headers.ContainsKey(ApiKeyScheme.Header) ? null : SessionToken.Of(context.Request, address)?.Hash();
        IAsyncEnumerable<SseItem<object>> happening = streams.FollowAsync(caller, session, context.RequestAborted);
        return TypedResults.ServerSentEvents(happening);
    }
}
