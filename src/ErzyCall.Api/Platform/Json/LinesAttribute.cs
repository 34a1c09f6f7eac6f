using System.Text.Json;
using System.Text.Json.Serialization;

namespace ErzyCall.Api.Platform.Json;

/// <summary>
/// Marks a field of a request that may have several lines: however the client's system ends them (CR LF, CR or LF), they are kept as LF. So
/// a text that was written on Windows is the same text, has the same length and is spoken alike.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LinesAttribute : JsonConverterAttribute
{
    public override JsonConverter CreateConverter(Type typeToConvert) =>
        typeToConvert == typeof(string) ? new Given() : new OptionallyGiven();

    private static string Read(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.String
        ? reader.GetString()!.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
        : throw new JsonException();

    private sealed class Given : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            LinesAttribute.Read(ref reader);

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }

    private sealed class OptionallyGiven : JsonConverter<Optional<string>>
    {
        public override bool HandleNull => true;

        public override Optional<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.TokenType is JsonTokenType.Null ? null : LinesAttribute.Read(ref reader));

        public override void Write(Utf8JsonWriter writer, Optional<string> value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Only request bodies have optional fields.");
    }
}
