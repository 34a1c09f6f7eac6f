using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using ErzyCall.Api.Platform.Errors;

namespace ErzyCall.Api.Platform.Json;

/// <summary>
/// Reads a request body into a record. What is not JSON is <c>INVALID_JSON</c>; JSON of another shape is <c>VALIDATION_ERROR</c> with the
/// path of its first misfit. The serializer's own messages hold CLR names, so only its path is used and the reason is worked out here.
/// </summary>
internal static class StrictJson
{
    public static T Read<T>(ReadOnlySpan<byte> body, JsonSerializerOptions options)
        where T : class
    {
        EnsureWellFormed(body, options);
        try
        {
            return JsonSerializer.Deserialize<T>(body, options)
                ?? throw new ApiException(ApiError.BodyIsNoObject);
        }
        catch (JsonException misfit)
        {
            throw new ApiException(Describe(misfit, typeof(T), body, options));
        }
    }

    private static void EnsureWellFormed(ReadOnlySpan<byte> body, JsonSerializerOptions options)
    {
        if (body.IsEmpty)
        {
            throw new ApiException(ApiError.InvalidJson("Request body is empty"));
        }

        if (!Utf8.IsValid(body))
        {
            throw new ApiException(ApiError.InvalidJson("Request body is not valid UTF-8"));
        }

        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = options.MaxDepth });
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, ValueIsEscaped: true })
                {
                    _ = reader.GetString();
                }
            }
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in a name, which could be neither matched with a field nor named in an error.
            throw new ApiException(ApiError.InvalidJson("Request body has a field name that is not valid Unicode text"));
        }
        catch (JsonException)
        {
            throw new ApiException(ApiError.InvalidJson("Request body is not valid JSON"));
        }
    }

    private static ApiError Describe(JsonException misfit, Type type, ReadOnlySpan<byte> body, JsonSerializerOptions options)
    {
        var path = JsonFieldPath.Parse(misfit.Path);
        for (var inner = misfit as InnerMisfitException; inner is not null; inner = inner.InnerException as InnerMisfitException)
        {
            path = [.. path, .. JsonFieldPath.Parse(inner.InnerPath)];
        }

        return path.Count == 0
            ? ApiError.BodyIsNoObject
            : ApiError.InvalidBody(new FieldError(JsonFieldPath.Format(path), Reason(path, type, body, options)));
    }

    private static string Reason(IReadOnlyList<string> path, Type type, ReadOnlySpan<byte> body, JsonSerializerOptions options)
    {
        if (JsonFieldPath.IsRepeated(path, body))
        {
            return "Duplicate field";
        }

        foreach (var segment in path)
        {
            var shape = options.GetTypeInfo(ValueType(type));
            switch (shape.Kind)
            {
                case JsonTypeInfoKind.Object:
                    var property = shape.Properties.FirstOrDefault(candidate => candidate.Name == segment);
                    if (property is null)
                    {
                        return "Unknown field";
                    }

                    type = property.PropertyType;
                    break;

                case JsonTypeInfoKind.Dictionary or JsonTypeInfoKind.Enumerable:
                    type = shape.ElementType!;
                    break;
            }
        }

        return $"Must be {Expectation(type, options)}";
    }

    private static string Expectation(Type type, JsonSerializerOptions options)
    {
        type = ValueType(type);
        return (Type.GetTypeCode(type), options.GetTypeInfo(type).Kind) switch
        {
            (TypeCode.String, _) => "a string of valid Unicode text",
            (TypeCode.Boolean, _) => "true or false",
            (TypeCode.Int32 or TypeCode.Int64, _) => "an integer",
            (TypeCode.Double or TypeCode.Decimal, _) => "a number",
            (_, JsonTypeInfoKind.Enumerable) => "an array",
            _ => "an object",
        };
    }

    /// <summary>What stands in the body where the type is <c>Optional&lt;bool?&gt;</c>: a <c>bool</c>.</summary>
    private static Type ValueType(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Optional<>) || type.GetGenericTypeDefinition() == typeof(Nullable<>))
            ? ValueType(type.GenericTypeArguments[0])
            : type;
}
