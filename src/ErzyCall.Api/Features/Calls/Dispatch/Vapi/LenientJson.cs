using System.Text.Json;

namespace ErzyCall.Api.Features.Calls.Dispatch.Vapi;

/// <summary>
/// Reads somebody else's JSON, which may have more, less or other than is documented: what is not of the kind that is wanted is not there.
/// </summary>
internal static class LenientJson
{
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

        public DateTimeOffset? Time(string name) =>
            json.Get(name) is { ValueKind: JsonValueKind.String } value && value.TryGetDateTimeOffset(out var time) ? time : null;

        public double? Number(string name) =>
            json.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && double.IsFinite(number)
                ? number
                : null;
    }
}
