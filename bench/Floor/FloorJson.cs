using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;

namespace ErzyCall.Bench.Floor;

/// <summary>Writes what the API writes, to the byte.</summary>
internal static class FloorJson
{
    private static readonly JsonWriterOptions s_options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static byte[] Write(int size, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(size);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static Task WriteAsync(HttpResponse response, byte[] body, bool hasLength = true)
    {
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = hasLength ? body.Length : null;
        return response.Body.WriteAsync(body).AsTask();
    }

    public static void Text(this Utf8JsonWriter json, ReadOnlySpan<byte> name, NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column))
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, row.GetString(column));
        }
    }

    public static void Id(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string prefix, NpgsqlDataReader row, int column)
    {
        if (row.IsDBNull(column))
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, FloorIds.Text(prefix, row.GetGuid(column)));
        }
    }

    public static void Raw(this Utf8JsonWriter json, ReadOnlySpan<byte> name, byte[] value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    public static void Time(this Utf8JsonWriter json, ReadOnlySpan<byte> name, NpgsqlDataReader row, int column) =>
        json.Time(name, row.IsDBNull(column) ? null : row.GetDateTime(column));

    public static void Time(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTime? time)
    {
        if (time is not { } known)
        {
            json.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[24];
        known.TryFormat(text, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString(name, text);
    }
}
