using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ErzyCall.Api.Platform.Json;

/// <summary>
/// Writes a string map in the order in which JavaScript goes through an object: array indexes (<c>0</c> to <c>4294967294</c>) rising, then
/// the other keys as they were given. <c>{"2":…,"1":…}</c> parsed and stringified there is <c>{"1":…,"2":…}</c>, and the signature over it
/// would be wrong.
/// </summary>
internal sealed class PropertyOrderConverter : JsonConverter<IReadOnlyDictionary<string, string>>
{
    public override IReadOnlyDictionary<string, string> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Events are only written.");

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();

        // The sort is stable: keys that are no index stay in their order, behind those that are.
        foreach (var (key, text) in value.OrderBy(static entry => Place(entry.Key)))
        {
            writer.WriteString(key, text);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// The number that sorts a key: its array index when it is one in its only way of writing, else <see cref="uint.MaxValue"/>, which is
    /// no index.
    /// </summary>
    private static uint Place(string key) =>
        uint.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (key[0] != '0' || key.Length == 1)
            ? index
            : uint.MaxValue;
}
