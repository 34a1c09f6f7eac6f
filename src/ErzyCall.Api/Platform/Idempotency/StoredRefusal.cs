namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>
/// A refusal that is an outcome: what the handler recorded is committed, and under an idempotency key the refusal is stored and replayed
/// like a success. Every other refusal is an <see cref="ApiException"/>, rolls back and leaves the key free.
/// </summary>
internal sealed class StoredRefusal(ApiError error) : IResult
{
    public ApiError Error { get; } = error;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Features.Set(this);
        return httpContext.RequestServices.GetRequiredService<ErrorWriter>().WriteAsync(httpContext, Error);
    }
}
