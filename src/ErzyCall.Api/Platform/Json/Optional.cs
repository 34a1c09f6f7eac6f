using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ErzyCall.Api.Platform.Json;

/// <summary>
/// A field of a request body that may be absent, <c>null</c>, or a value: the three cases of a merge patch, and of the few fields
/// where <c>null</c> must not be taken for "left out".
/// </summary>
/// <typeparam name="T">The type of the value; for a value type, its nullable form: <c>Optional&lt;bool?&gt;</c>.</typeparam>
[JsonConverter(typeof(OptionalJsonConverterFactory))]
internal readonly record struct Optional<T>(T? Value)
{
    /// <summary>The value, or <c>null</c> when the field is absent or <c>null</c>.</summary>
    public T? Value { get; } = Value;

    /// <summary>Whether the client wrote the field at all.</summary>
    public bool IsPresent { get; } = true;

    public bool IsNull => IsPresent && Value is null;

    /// <summary>
    /// The new value of the field: the one that the client wrote, else the current one. Validation has refused <c>null</c> where a field
    /// cannot be cleared.
    /// </summary>
    [return: NotNullIfNotNull(nameof(current))]
    public T? Or(T? current) => IsPresent ? Value : current;
}

/// <summary>A problem inside of a value that a converter read by itself: its path begins at that value, not at the body.</summary>
internal sealed class InnerProblemException(JsonException problem) : JsonException(problem.Message, problem)
{
    public string? InnerPath { get; } = problem.Path;
}

internal sealed class OptionalJsonConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GenericTypeArguments))!;

    private sealed class Converter<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return new Optional<T>(JsonSerializer.Deserialize<T>(ref reader, options));
            }
            catch (JsonException problem)
            {
                throw new InnerProblemException(problem);
            }
        }

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Only request bodies have optional fields.");
    }
}
