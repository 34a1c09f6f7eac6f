namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// Answers 404 for a path under <c>/api</c> that no route has. It stands after authentication and the rate limit, which must come first
/// also for such paths; a known path with another method has an endpoint of the framework's own, which answers 405.
/// </summary>
internal sealed class UnknownPath(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint() is null && context.Request.Path.StartsWithSegments(ApiPath.Root)
            ? throw new ApiException(ApiError.UnknownPath)
            : next(context);
}
