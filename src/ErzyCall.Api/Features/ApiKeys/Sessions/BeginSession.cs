using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.ApiKeys.Sessions;

/// <summary>
/// Exchanges the key of the request for a cookie that stands for it for eight hours, and ends the session that the browser had. The key
/// itself must be shown: a session cannot make another one, and so none lasts longer.
/// </summary>
internal static class BeginSession
{
    public static async Task<NoContent> HandleAsync(
        HttpContext context,
        Caller caller,
        ErzyCallDbContext db,
        PublicAddress address,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (!context.Request.Headers.ContainsKey(ApiKeyScheme.Header) || !SameOrigin.IsSentFromOurs(context.Request, address))
        {
            throw new ApiException(ApiError.Unauthorized);
        }

        var (key, token) = (new Id<ApiKey>(caller.KeyId.Value), SessionToken.Generate());
        var before = SessionToken.Of(context.Request, address)?.Hash();
        await db.KeySessions.Where(session => session.TokenHash == before).ExecuteDeleteAsync(cancellationToken);
        db.KeySessions.Add(KeySession.Begin(key, token, clock.Now()));
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
             DELETE FROM key_sessions WHERE key_id = {key.Value} AND token_hash NOT IN (
               SELECT token_hash FROM key_sessions WHERE key_id = {key.Value} ORDER BY expires_at DESC LIMIT {KeySession.PerKey})
             """,
            cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Cookies.Append(SessionToken.Cookie, token.Text, CookieOf(context.Request, address));
        return TypedResults.NoContent();
    }

    /// <summary>
    /// No script can read the cookie and no page of another site makes a browser send it. It has no age: it goes with the browser, or with
    /// the session, which the server alone counts.
    /// </summary>
    public static CookieOptions CookieOf(HttpRequest request, PublicAddress address) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
        Path = new Uri(address.AbsoluteFor(request)).AbsolutePath,
    };
}
