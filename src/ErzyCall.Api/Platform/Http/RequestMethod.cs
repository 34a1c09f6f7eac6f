namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// Turns a method that is written in other letters into its upper-case form. Methods are case-sensitive, but the framework compares them
/// without case in some places and with it in others, so that a <c>post</c> could be a POST to one step and not to the next. It also keeps
/// the answer to HEAD without a body.
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

        // For the empty body of a GET, Kestrel adds this header by itself.
        if (context.Response is { HasStarted: false, ContentLength: null, ContentType: null }
            && context.Response.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified))
        {
            context.Response.ContentLength = 0;
        }
    }
}

/// <summary>Lets HEAD be answered by the route of GET, wherever there is one: to every step inside of this one it is a GET.</summary>
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

        // The routes know of GET only, and so does the header that the framework has made of them.
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
