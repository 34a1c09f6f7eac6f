using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ErzyCall.Api.Features.Calls.Dispatch.Vapi;

/// <summary>
/// Reads somebody else's JSON, which may have more, less or other than is documented: what is not of the kind that is wanted is not there.
/// </summary>
internal static class LenientJson
{
    /// <summary>The length of an escape, <c>\u0000</c>.</summary>
    private const int EscapeLength = 6;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 512 };

    /// <summary>
    /// Parses JSON, in which what no text can hold (half a character, as a program leaves that cuts texts, or the character 0) is replaced.
    /// <c>null</c> when it is no JSON.
    /// </summary>
    public static JsonElement? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(Repair(Encoding.UTF8.GetString(json).TrimStart('\uFEFF')), s_options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    extension(JsonElement json)
    {
        public JsonElement? Get(string name) =>
            json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null
                ? value
                : null;

        public JsonElement? Object(string name) => json.Get(name) is { ValueKind: JsonValueKind.Object } value ? value : null;

        public IEnumerable<JsonElement> Array(string name) =>
            json.Get(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

        /// <summary>A text that has something in it.</summary>
        public string? Text(string name) =>
            json.Get(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

        /// <summary>A time of this age, in UTC.</summary>
        public DateTimeOffset? Time(string name) =>
            json.Get(name) is { ValueKind: JsonValueKind.String } value && value.TryGetDateTimeOffset(out var time)
                && time.Year is > 2000 and < 2200
                    ? time.ToUniversalTime()
                    : null;

        public double? Number(string name) =>
            json.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && double.IsFinite(number)
                ? number
                : null;
    }

    /// <summary>Puts U+FFFD in the place of escapes that are no character by themselves.</summary>
    private static string Repair(string json)
    {
        if (!json.Contains("\\u", StringComparison.Ordinal))
        {
            return json;
        }

        var repaired = new StringBuilder(json.Length);
        for (var at = 0; at < json.Length;)
        {
            var unit = json[at] == '\\' ? UnitAt(json, at) : null;
            if (unit is not { } escaped)
            {
                // An escape of another kind is two characters, so that what is behind a backslash is not taken for one.
                var length = json[at] == '\\' ? Math.Min(2, json.Length - at) : 1;
                repaired.Append(json, at, length);
                at += length;
            }
            else if (char.IsHighSurrogate(escaped) && UnitAt(json, at + EscapeLength) is { } low && char.IsLowSurrogate(low))
            {
                repaired.Append(json, at, 2 * EscapeLength);
                at += 2 * EscapeLength;
            }
            else
            {
                repaired.Append(escaped == '\0' || char.IsSurrogate(escaped) ? "\\uFFFD" : json.AsSpan(at, EscapeLength));
                at += EscapeLength;
            }
        }

        return repaired.ToString();
    }

    /// <summary>The UTF-16 unit that is escaped at a place (<c>\u0000</c>); <c>null</c> when none is.</summary>
    private static char? UnitAt(string json, int at) =>
        at + EscapeLength <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && ushort.TryParse(
            json.AsSpan(at + 2, EscapeLength - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
