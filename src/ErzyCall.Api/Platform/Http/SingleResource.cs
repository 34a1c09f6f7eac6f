using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ErzyCall.Api.Platform.Http;

/// <summary>A resource, or a list that is not paged, as it is answered: <c>{"data":…}</c>.</summary>
internal sealed record Data<T>([property: JsonPropertyName("data")] T Value);

internal static class Data
{
    public static Data<T> Of<T>(T value) => new(value);
}

/// <summary>
/// The strong entity tag of a resource: a hash of its body rather than a row version, because a representation may show what other rows
/// hold (a contact's groups, its opt-out).
/// </summary>
internal static class ResourceTag
{
    public static EntityTagHeaderValue Of(ReadOnlySpan<byte> body) =>
        new($"\"{WebEncoders.Base64UrlEncode(SHA256.HashData(body).AsSpan(0, 16))}\"");

    /// <summary>Whether the client of a GET holds what it asks for: <c>If-None-Match</c> compares weakly (RFC 9110, 13.1.2).</summary>
    public static bool IsHeldBy(HttpRequest request, EntityTagHeaderValue tag) => request.GetTypedHeaders().IfNoneMatch
        .Any(held => held.Equals(EntityTagHeaderValue.Any) || held.Compare(tag, useStrongComparison: false));

    public static EntityTagHeaderValue Of<T>(T resource, JsonSerializerOptions json) =>
        Of(JsonSerializer.SerializeToUtf8Bytes(Data.Of(resource), json));
}

/// <summary>The answer to the GET of one resource, with its <c>ETag</c>; a client that holds the same representation gets 304.</summary>
internal sealed class SingleResource<T>(T resource) : IResult, IValueHttpResult, IStatusCodeHttpResult, IEndpointMetadataProvider
{
    public object Value { get; } = Data.Of(resource);

    public int? StatusCode => StatusCodes.Status200OK;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var body = JsonSerializer.SerializeToUtf8Bytes(Value, json);
        var tag = ResourceTag.Of(body);
        httpContext.Response.GetTypedHeaders().ETag = tag;
        if (ResourceTag.IsHeldBy(httpContext.Request, tag))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        httpContext.Response.ContentType = "application/json; charset=utf-8";
        httpContext.Response.ContentLength = body.Length;
        await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Data<T>), ["application/json"]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified));
    }
}

internal static class SingleResource
{
    public static SingleResource<T> Of<T>(T resource) => new(resource);
}
