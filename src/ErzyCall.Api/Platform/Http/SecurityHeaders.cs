namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// Adds the headers of every response that are for browsers and caches. There is no CORS header: a page of another origin may not read the
/// API, and a key has no business in one. <c>Strict-Transport-Security</c> is for whoever speaks TLS, which is the proxy in front.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        // Written as the response starts: the exception handler clears earlier headers and sets caching ones of its own.
        context.Response.OnStarting(() =>
        {
            Write(context.Response.Headers, isApi: context.Request.Path.StartsWithSegments(ApiPath.Root));
            return Task.CompletedTask;
        });
        return next(context);
    }

    /// <param name="isApi">Whether this is an answer of the API, of which nothing may keep a copy. Caches know that an answer to
    /// <c>Authorization</c> is for one client alone; of <c>X-API-Key</c> they do not, and would give one organization's contacts to the
    /// next one that asks for the same path.</param>
    public static void Write(IHeaderDictionary headers, bool isApi)
    {
        headers.XContentTypeOptions = "nosniff";
        if (isApi)
        {
            headers.CacheControl = "no-store";
        }
    }
}
