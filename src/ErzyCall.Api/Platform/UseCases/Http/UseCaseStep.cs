using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Idempotency.Http;

namespace ErzyCall.Api.Platform.UseCases.Http;

/// <summary>
/// Runs the rest of the pipeline as the work of a use case, for a POST with an <c>Idempotency-Key</c> and for a batch: its answer is held
/// back until what it tells of is committed. Every other answer is written as it comes.
/// </summary>
internal sealed class UseCaseStep(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context, UseCaseRunner useCases)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        var mayBeKeyed = HttpMethods.IsPost(context.Request.Method) && metadata?.GetMetadata<RequiredScope>() is not null;
        var key = mayBeKeyed ? KeyedHttpRequest.KeyOf(context.Request) : null;
        var isBatch = metadata?.GetMetadata<BodyLimit>() is { IsBatch: true };
        if (key is null && !isBatch)
        {
            await next(context);
            return;
        }

        // The whole body is read before a transaction begins: a slow client must not hold one open, nor the place of a batch.
        var body = await RequestBody.ReadAsync(context);
        var caller = Caller.Of(context);
        var answersWithSecret = metadata?.GetMetadata<ReturnsSecret>() is not null;
        var request = key is null ? null : KeyedHttpRequest.Of(caller, key, context.Request, body.Span, answersWithSecret);
        var outcome = await useCases.RunAdmittedAsync(caller, request, isBatch, () => HoldAsync(context), context.RequestAborted);
        if (key is not null)
        {
            Describe(outcome, context.Response);
        }

        await context.Response.Body.WriteAsync(outcome.Body, context.RequestAborted);
    }

    private async Task<Outcome> HoldAsync(HttpContext context)
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

        // When a client goes away, the framework cuts the body off without an exception. Such an answer does not count, and nothing may be
        // done then.
        context.RequestAborted.ThrowIfCancellationRequested();
        var isKept = response.StatusCode is >= 200 and <= 299 || context.Features.Get<StoredRefusal>() is not null;
        return new Outcome(response.StatusCode, response.ContentType, response.Headers.Location, held.ToArray(), isKept);
    }

    private static void Describe(Outcome outcome, HttpResponse response)
    {
        if (outcome.IsReplay)
        {
            response.Headers["Idempotent-Replayed"] = "true";
            response.StatusCode = outcome.Status;
            response.ContentType = outcome.ContentType;
            response.Headers.Location = outcome.Location;
        }

        response.ContentLength = outcome.Body.Length;
    }
}
