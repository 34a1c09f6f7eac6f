using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.RateLimiting;

namespace ErzyCall.Api.Platform.UseCases.Http;

/// <summary>
/// Admits a request by the scope of its route, and tells in the headers of its answer what is left of the limits. A path that no route has
/// asks for no scope, so that its request is counted and then not found.
/// </summary>
internal sealed class AdmissionStep(RequestDelegate next, Admission admission, ErrorWriter errors)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (Caller.Find(context) is { } caller)
        {
            var scope = context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>()?.Scope;

            // A client that sends too fast is refused without an exception, which would cost more than to serve it.
            if (await admission.RefusalOfAsync(caller, scope, decision => WriteWhenStarting(context.Response, decision)) is { } refusal)
            {
                await errors.WriteAsync(context, refusal);
                return;
            }
        }

        await next(context);
    }

    /// <summary>
    /// Writes the headers as the response starts, because the exception handler clears whatever headers were set before it.
    /// </summary>
    private static void WriteWhenStarting(HttpResponse response, RateLimitDecision decision) => response.OnStarting(() =>
    {
        RateLimitHeaders.Write(response.Headers, decision);
        return Task.CompletedTask;
    });
}
