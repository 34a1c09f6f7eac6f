using System.Text.Json;
using System.Text.Json.Serialization;

namespace ErzyCall.Client;

/// <summary>One of a set of values that later versions of the server may add to.</summary>
internal interface INamedValue<TSelf>
    where TSelf : struct, INamedValue<TSelf>
{
    string Value { get; }

    static abstract TSelf Of(string value);
}

internal sealed class NamedValueConverter<T> : JsonConverter<T>
    where T : struct, INamedValue<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.Of(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
