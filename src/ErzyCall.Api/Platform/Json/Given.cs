using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Platform.Json;

/// <summary>
/// A part of a request that is text on the wire and has a type of its own for its handler: an id, a time, a phone number. It is parsed
/// once, as the request is read. Malformed text does not fail there: the constraint of the field refuses it, beside the errors of all other
/// fields.
/// </summary>
[JsonConverter(typeof(GivenJsonConverterFactory))]
internal sealed class Given<T>
    where T : struct, IParsable<T>
{
    /// <summary>The parser: the type's own, except where that takes more than we do.</summary>
    private static readonly TextParser<T> s_parse =
        default(T) is DateTimeOffset ? (TextParser<T>)(Delegate)(TextParser<DateTimeOffset>)TimeText.TryParse
        : default(T) is int ? (TextParser<T>)(Delegate)(TextParser<int>)TryParseDigits
        : static (text, out value) => T.TryParse(text, CultureInfo.InvariantCulture, out value);

    private readonly T? _value;

    private Given(T? value) => _value = value;

    /// <summary>Whether the text is not a <typeparamref name="T"/>. Handlers never receive such text.</summary>
    public bool IsMalformed => _value is null;

    public T Value => _value ?? throw new InvalidOperationException($"A text that is no {typeof(T)} has not been refused.");

    public static Given<T> Parse(string text) => new(s_parse(text, out var value) ? value : null);

    private static bool TryParseDigits(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

internal delegate bool TextParser<T>(string text, out T value);

internal sealed class GivenJsonConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Given<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GenericTypeArguments))!;

    private sealed class Converter<T> : JsonConverter<Given<T>>
        where T : struct, IParsable<T>
    {
        public override Given<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.String ? Given<T>.Parse(reader.GetString()!) : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, Given<T> value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Only requests have such parts.");
    }
}
