namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// The first step: a method that was written in other letters is its upper-case form from here on. Methods are case-sensitive, but the
/// framework compares them without case in some places and with it in others, so that a <c>post</c> could be a POST to one step and none to
/// the next. Also, the answer to HEAD has no body.
/// </summary>
internal sealed class RequestMethod(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.Request.Method = HttpMethods.GetCanonicalizedValue(context.Request.Method.ToUpperInvariant());
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        context.Response.Body = Stream.Null;
        await next(context);

        // Kestrel says so of the empty body of a GET by itself.
        if (context.Response is { HasStarted: false, ContentLength: null, ContentType: null }
            && context.Response.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified))
        {
            context.Response.ContentLength = 0;
        }
    }
}

/// <summary>Lets HEAD be answered by the route of GET, wherever there is one: to everything inside of this step it is a GET.</summary>
internal sealed class HeadAsGet(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (isHead)
        {
            context.Request.Method = HttpMethods.Get;
        }

        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = isHead ? HttpMethods.Head : context.Request.Method;
        }

        // The routes know of GET only.
        var headers = context.Response.Headers;
        if (context.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false }
            && headers.GetCommaSeparatedValues("Allow") is var allowed
            && allowed.Contains(HttpMethods.Get)
            && !allowed.Contains(HttpMethods.Head))
        {
            headers.Allow = string.Join(", ", allowed.Append(HttpMethods.Head).Order(StringComparer.Ordinal));
        }
    }
}
