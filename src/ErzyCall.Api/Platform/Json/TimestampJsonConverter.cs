using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ErzyCall.Api.Platform.Json;

/// <summary>Writes times as <c>2026-01-15T10:30:00.000Z</c>: UTC, always three decimals.</summary>
internal sealed class TimestampJsonConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
}
