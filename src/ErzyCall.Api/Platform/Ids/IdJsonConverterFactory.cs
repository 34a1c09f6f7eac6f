using System.Text.Json;
using System.Text.Json.Serialization;

namespace ErzyCall.Api.Platform.Ids;

/// <summary>
/// Writes every <see cref="Id{T}"/> in its wire form. Ids are never read this way: a request has them as <c>Given&lt;Id&lt;T&gt;&gt;</c>,
/// so that a bad one is a field error.
/// </summary>
internal sealed class IdJsonConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Id<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GenericTypeArguments))!;

    private sealed class Converter<T> : JsonConverter<Id<T>>
        where T : IHasIdPrefix
    {
        public override Id<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("In requests an id is a Given<Id<T>>.");

        public override void Write(Utf8JsonWriter writer, Id<T> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
