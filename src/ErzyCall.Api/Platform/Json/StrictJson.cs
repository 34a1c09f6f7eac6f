using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace ErzyCall.Api.Platform.Json;

/// <summary>
/// Reads a request body into a record. What is not JSON is <c>INVALID_JSON</c>; JSON of another shape is <c>VALIDATION_ERROR</c> with the
/// path of its first problem. The serializer's own messages hold CLR names, so only its path is used and the reason is worked out here.
/// </summary>
internal static class StrictJson
{
    /// <summary>The deepest nesting of objects and arrays, the body's own level included.</summary>
    public const int MaxDepth = 64;

    public static T Read<T>(ReadOnlySpan<byte> body, JsonSerializerOptions options)
        where T : class
    {
        EnsureWellFormed(body, field => IsReadByItself(typeof(T), field, options), out var tooDeep);
        if (tooDeep is not null)
        {
            throw new ApiException(TooDeep(tooDeep));
        }

        try
        {
            return JsonSerializer.Deserialize<T>(body, options)
                ?? throw new ApiException(ApiError.BodyIsNoObject);
        }
        catch (JsonException problem)
        {
            throw new ApiException(Describe(problem, typeof(T), body, options));
        }
    }

    /// <param name="field">The field of the body, or of the item of a batch; empty when it has none.</param>
    public static ApiError TooDeep(string field) => field.Length == 0
        ? ApiError.BodyIsNoObject
        : ApiError.InvalidBody(new FieldError(field, $"Must not be nested deeper than {MaxDepth} levels, the body included"));

    /// <summary>
    /// Whether a field is an array whose items are read by themselves: how deep they are nested is then their own matter.
    /// </summary>
    private static bool IsReadByItself(Type type, string field, JsonSerializerOptions options) =>
        options.GetTypeInfo(type).Properties.FirstOrDefault(property => property.Name == field)?.PropertyType is { } held
        && typeof(IReadByItself).IsAssignableFrom(options.GetTypeInfo(held).ElementType);

    /// <param name="mayBeDeep">Whether a field of the body may be nested deeper than others.</param>
    /// <param name="tooDeep">The first field that is nested deeper than it may be.</param>
    /// <exception cref="ApiException"><c>INVALID_JSON</c>.</exception>
    private static void EnsureWellFormed(ReadOnlySpan<byte> body, Func<string, bool> mayBeDeep, out string? tooDeep)
    {
        if (body.IsEmpty)
        {
            throw new ApiException(ApiError.InvalidJson("Request body is empty"));
        }

        if (!Utf8.IsValid(body))
        {
            throw new ApiException(ApiError.InvalidJson("Request body is not valid UTF-8"));
        }

        tooDeep = null;
        var field = "";
        var isDeep = false;
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.PropertyName && (reader.CurrentDepth == 1 || reader.ValueIsEscaped))
                {
                    var name = reader.GetString()!;
                    (field, isDeep) = reader.CurrentDepth == 1 ? (name, false) : (field, isDeep);
                }
                else if (!isDeep
                    && reader is { CurrentDepth: >= MaxDepth, TokenType: JsonTokenType.StartObject or JsonTokenType.StartArray })
                {
                    isDeep = true;
                    tooDeep ??= mayBeDeep(field) ? null : field;
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

    private static ApiError Describe(JsonException problem, Type type, ReadOnlySpan<byte> body, JsonSerializerOptions options)
    {
        var path = JsonFieldPath.Parse(problem.Path);
        for (var inner = problem as InnerProblemException; inner is not null; inner = inner.InnerException as InnerProblemException)
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

    /// <summary>
    /// The type of what stands in the body: a <c>bool</c> for <c>Optional&lt;bool?&gt;</c>, text for a <see cref="Given{T}"/>.
    /// </summary>
    private static Type ValueType(Type type)
    {
        var kind = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return kind == typeof(Given<>) ? typeof(string)
            : kind == typeof(Optional<>) || kind == typeof(Nullable<>) ? ValueType(type.GenericTypeArguments[0])
            : type;
    }
}

/// <summary>A part of a body that is kept as it came and read like a body of its own.</summary>
internal interface IReadByItself;
