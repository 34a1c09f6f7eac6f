using System.Text.Json;
using System.Text.Json.Serialization;

namespace ErzyCall.Api.Platform.Json;

/// <summary>
/// A field of a request body that may be absent, <c>null</c>, or a value: the three cases of a merge patch, and of the few fields
/// where <c>null</c> must not be taken for "left out".
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
[JsonConverter(typeof(OptionalJsonConverterFactory))]
internal readonly record struct Optional<T>
    where T : class
{
    private readonly T? _value;

    public Optional(T? value)
    {
        _value = value;
        IsPresent = true;
    }

    /// <summary>Whether the client wrote the field at all.</summary>
    public bool IsPresent { get; }

    public bool IsNull => IsPresent && _value is null;

    /// <summary>The value, or <c>null</c> when the field is absent or <c>null</c>.</summary>
    public T? Value => _value;
}

internal sealed class OptionalJsonConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GenericTypeArguments))!;

    private sealed class Converter<T> : JsonConverter<Optional<T>>
        where T : class
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return new Optional<T>(JsonSerializer.Deserialize<T>(ref reader, options));
            }
            catch (JsonException misfit)
            {
                // The inner path begins at the value. One without a path is given the field's by the serializer.
                throw new JsonException(message: null, misfit);
            }
        }

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Only request bodies have optional fields.");
    }
}
