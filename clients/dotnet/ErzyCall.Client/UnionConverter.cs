using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ErzyCall.Client;

/// <summary>Reads what is of one of several types, as its <c>event</c> says.</summary>
internal abstract class UnionConverter<T> : JsonConverter<T>
    where T : class
{
    private const string Discriminator = "event";

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        return element.ValueKind is JsonValueKind.Object && element.TryGetProperty(Discriminator, out var name) && name.ValueKind is JsonValueKind.String
            ? (T)element.Deserialize(VariantOf(name.GetString()))!
            : throw new JsonException($"There is no {Discriminator}");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, ErzyCallJson.Api.GetTypeInfo(value.GetType())!);

    protected abstract JsonTypeInfo VariantOf(string? name);
}
