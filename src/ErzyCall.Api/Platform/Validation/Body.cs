using System.Reflection;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>
/// A request body as a handler wants it: read strictly and validated, with all field errors reported at once. A handler that holds
/// one need check nothing about its shape. Every <typeparamref name="T"/> has a registered validator; a body without one does not bind.
/// </summary>
internal sealed record Body<T>(T Value) : IEndpointParameterMetadataProvider
    where T : class
{
    /// <exception cref="ApiException"><c>INVALID_JSON</c>, <c>UNSUPPORTED_MEDIA_TYPE</c>, <c>PAYLOAD_TOO_LARGE</c>, <c>INVALID_ID</c> or
    /// <c>VALIDATION_ERROR</c>.</exception>
    public static async ValueTask<Body<T>> BindAsync(HttpContext context)
    {
        var text = await JsonBody.ReadAsync(context);
        return new Body<T>(context.RequestServices.GetRequiredService<RequestReader<T>>().Read(text.Span));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new BodyIsRead(typeof(T)));
}

/// <summary>
/// Endpoint metadata: a parameter of the handler reads the body. Every other route takes no body, or an empty object: whoever sends a field
/// expects something that will not happen. (The framework's own metadata for this would make routing refuse a wrong type before the key's
/// scope is looked at.)
/// </summary>
/// <param name="Body">The type that the body is read into.</param>
internal sealed record BodyIsRead(Type Body)
{
    /// <exception cref="ApiException"><c>INVALID_JSON</c>, <c>UNSUPPORTED_MEDIA_TYPE</c>, <c>PAYLOAD_TOO_LARGE</c> or
    /// <c>VALIDATION_ERROR</c>.</exception>
    public static async ValueTask<object?> RefuseUnreadAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsGet(http.Request.Method)
            && http.GetEndpoint()?.Metadata.GetMetadata<BodyIsRead>() is null
            && !(await RequestBody.ReadAsync(http)).IsEmpty)
        {
            var text = await JsonBody.ReadAsync(http);
            StrictJson.Read<NoFields>(text.Span, http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
        }

        return await next(context);
    }

    private sealed record NoFields;
}

/// <summary>Reads a body that says that it is JSON.</summary>
file static class JsonBody
{
    /// <exception cref="ApiException">
    /// <c>UNSUPPORTED_MEDIA_TYPE</c>, <c>PAYLOAD_TOO_LARGE</c>, or <c>INVALID_JSON</c> when it did not arrive whole.
    /// </exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        var text = await RequestBody.ReadTextAsync(context);
        return text.IsEmpty || IsJson(context.Request) ? text : throw new ApiException(ApiError.UnsupportedMediaType);
    }

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || IsUtf8(HeaderUtilities.RemoveQuotes(type.Charset)));

    private static bool IsUtf8(StringSegment charset) =>
        charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase);
}
