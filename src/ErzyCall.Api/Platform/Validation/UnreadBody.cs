using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>A route whose handler reads no body takes none but an empty object: whoever sends a field expects something that will not happen.</summary>
internal static class UnreadBody
{
    /// <exception cref="ApiException"><c>INVALID_JSON</c>, <c>UNSUPPORTED_MEDIA_TYPE</c>, <c>PAYLOAD_TOO_LARGE</c> or <c>VALIDATION_ERROR</c>.</exception>
    public static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsGet(http.Request.Method) && http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is null)
        {
            var body = await RequestBody.ReadAsync(http);
            if (!body.IsEmpty)
            {
                StrictJson.Read<NoFields>(body.Span, http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
            }
        }

        return await next(context);
    }

    private sealed record NoFields;
}
