using System.Reflection;
using ErzyCall.Api.Platform.Errors;
using Microsoft.AspNetCore.Http.Metadata;

namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>
/// A refusal that is an outcome: what the handler recorded is committed, and under an idempotency key the refusal is kept and replayed
/// like a success. Every other refusal is an <see cref="ApiException"/>, rolls back and leaves the key free.
/// </summary>
internal sealed class KeptRefusal(ApiError error) : IResult, IEndpointMetadataProvider
{
    public ApiError Error { get; } = error;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Features.Set(this);
        return httpContext.RequestServices.GetRequiredService<ErrorWriter>().WriteAsync(httpContext, Error);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new Refusals(ApiError.ContactOptedOut));
}
