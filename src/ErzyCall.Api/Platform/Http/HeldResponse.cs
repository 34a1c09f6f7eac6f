namespace ErzyCall.Api.Platform.Http;

/// <summary>An answer that is held back until what it tells of is committed.</summary>
internal static class HeldResponse
{
    /// <summary>Runs the rest of the pipeline; the bytes of the body that it has written.</summary>
    public static async Task<byte[]> OfAsync(HttpContext context, RequestDelegate next)
    {
        var response = context.Response;
        var wire = response.Body;
        using var held = new MemoryStream();
        response.Body = held;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = wire;
        }

        // The framework ends a body where its client went away, without a word: such an answer is none, and nothing is done then.
        context.RequestAborted.ThrowIfCancellationRequested();
        return held.ToArray();
    }
}
