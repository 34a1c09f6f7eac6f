using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ErzyCall.VapiStandIn;

/// <summary>Reads bodies that may have any shape: what is not there, or is something else, is <c>null</c>. Writes them as JavaScript does.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions s_asJavaScript = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Written(this JsonNode json) => json.ToJsonString(s_asJavaScript);

    public static JsonObject? At(this JsonObject? json, string name) => json?[name] as JsonObject;

    public static IEnumerable<JsonNode?> Items(this JsonObject? json, string name) => json?[name] as JsonArray ?? [];

    public static string? Text(this JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static double? Number(this JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    public static bool? Flag(this JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;
}
