using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ErzyCall.Client;

/// <summary>
/// The change of a field that may be <c>null</c>: one that is not given leaves the field as it is, and <c>null</c> empties it. A value is a
/// change by itself: <c>new UpdateContactRequest { Email = null }</c>.
/// </summary>
public readonly record struct Change<T>(T Value)
{
    /// <summary>Whether the field is to be changed at all.</summary>
    public bool IsGiven { get; } = true;

#pragma warning disable CA2225 // The constructor is the alternative.
    /// <summary>A value is a change by itself.</summary>
    public static implicit operator Change<T>(T value) => new(value);
#pragma warning restore CA2225
}

internal sealed class ChangeConverter<T> : JsonConverter<Change<T>>
{
    public override Change<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("A change is only ever sent");

    public override void Write(Utf8JsonWriter writer, Change<T> value, JsonSerializerOptions options)
    {
        if (value.Value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            JsonSerializer.Serialize(writer, value.Value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
        }
    }
}
