using System.Reflection;
using System.Text.Json;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>
/// The body of a PATCH: a <see cref="Body{T}"/> whose fields are all <see cref="Optional{T}"/> and of which at least one is there. Absent
/// leaves a field as it is, <c>null</c> clears it, a value replaces it; arrays and objects are replaced whole.
/// </summary>
internal sealed record Patch<T>(T Value) : IEndpointParameterMetadataProvider
    where T : class
{
    /// <inheritdoc cref="Body{T}.BindAsync"/>
    public static async ValueTask<Patch<T>> BindAsync(HttpContext context)
    {
        var body = await Body<T>.BindAsync(context);
        return IsEmpty((await RequestBody.ReadTextAsync(context)).Span)
            ? throw new ApiException(ApiError.NothingToChange)
            : new Patch<T>(body.Value);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => Body<T>.PopulateMetadata(parameter, builder);

    private static bool IsEmpty(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return reader.Read()
            && reader.TokenType is JsonTokenType.StartObject
            && reader.Read()
            && reader.TokenType is JsonTokenType.EndObject;
    }
}
