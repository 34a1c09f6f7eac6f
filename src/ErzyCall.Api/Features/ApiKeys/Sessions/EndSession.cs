using ErzyCall.Api.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.ApiKeys.Sessions;

/// <summary>
/// Ends the session whose cookie the request brings: it is worth nothing from the next request on, on every copy. Nobody is refused: a key
/// that has sent as many requests as it may can still be left.
/// </summary>
internal static class EndSession
{
    public static async Task<NoContent> HandleAsync(
        HttpContext context, ErzyCallDbContext db, PublicAddress address, CancellationToken cancellationToken)
    {
        if (SessionToken.Of(context.Request, address)?.Hash() is { } hash)
        {
            await db.KeySessions.Where(session => session.TokenHash == hash).ExecuteDeleteAsync(cancellationToken);
        }

        context.Response.Cookies.Delete(SessionToken.Cookie, BeginSession.CookieOf(context.Request, address));

        return TypedResults.NoContent();
    }
}
