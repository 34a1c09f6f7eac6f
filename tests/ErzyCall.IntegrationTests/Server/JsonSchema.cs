using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>Holds JSON against the schemas of an OpenAPI document. It knows the keywords that ours uses and refuses every other, so that none is passed over.</summary>
internal sealed class JsonSchema(JsonElement document)
{
    public JsonElement Resolve(JsonElement node)
    {
        while (node.TryGetProperty("$ref", out var reference))
        {
            node = reference.GetString()!.Split('/').Skip(1).Aggregate(document, (at, name) => at.GetProperty(name));
        }

        return node;
    }

    /// <summary>What is wrong with <paramref name="value"/>, with the place of it; nothing when it fits.</summary>
    public IEnumerable<string> MisfitsOf(JsonElement value, JsonElement schema, string at = "$")
    {
        if (schema.TryGetProperty("$ref", out _))
        {
            return MisfitsOf(value, Resolve(schema), at);
        }

        return schema.EnumerateObject().SelectMany(keyword => MisfitsOf(value, schema, keyword, at));
    }

    private IEnumerable<string> MisfitsOf(JsonElement value, JsonElement schema, JsonProperty keyword, string at)
    {
        var says = keyword.Value;
        var kind = value.ValueKind;
        return keyword.Name switch
        {
            "description" or "default" => [],
            "type" => Unless(says.ValueKind is JsonValueKind.Array ? says.EnumerateArray().Any(type => Is(value, type.GetString()!)) : Is(value, says.GetString()!), $"is no {says}"),
            "enum" => Unless(says.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)), $"is none of {says}"),
            "const" => Unless(JsonElement.DeepEquals(says, value), $"is not {says}"),
            "pattern" => Unless(kind is not JsonValueKind.String || Regex.IsMatch(value.GetString()!, says.GetString()!, RegexOptions.ECMAScript), $"does not match {says}"),
            "format" => Unless(kind is not JsonValueKind.String || HasFormat(value.GetString()!, says.GetString()!), $"is no {says}"),
            "minLength" => Unless(kind is not JsonValueKind.String || Length(value) >= says.GetInt32(), "is too short"),
            "maxLength" => Unless(kind is not JsonValueKind.String || Length(value) <= says.GetInt32(), "is too long"),
            "minimum" => Unless(kind is not JsonValueKind.Number || value.GetDecimal() >= says.GetDecimal(), "is too small"),
            "maximum" => Unless(kind is not JsonValueKind.Number || value.GetDecimal() <= says.GetDecimal(), "is too large"),
            "minItems" => Unless(kind is not JsonValueKind.Array || value.GetArrayLength() >= says.GetInt32(), "has too few items"),
            "maxItems" => Unless(kind is not JsonValueKind.Array || value.GetArrayLength() <= says.GetInt32(), "has too many items"),
            "uniqueItems" => Unless(kind is not JsonValueKind.Array || value.EnumerateArray().DistinctBy(item => item.GetRawText()).Count() == value.GetArrayLength(), "has an item twice"),
            "minProperties" => Unless(kind is not JsonValueKind.Object || value.EnumerateObject().Count() >= says.GetInt32(), "has too few fields"),
            "maxProperties" => Unless(kind is not JsonValueKind.Object || value.EnumerateObject().Count() <= says.GetInt32(), "has too many fields"),
            "required" => Fields(value).Length == 0 && kind is not JsonValueKind.Object ? [] : says.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{at}.{name} is missing"),
            "anyOf" => Unless(says.EnumerateArray().Any(one => !MisfitsOf(value, one, at).Any()), "fits none of anyOf"),
            "items" => kind is JsonValueKind.Array ? value.EnumerateArray().SelectMany((item, index) => MisfitsOf(item, says, $"{at}[{index}]")) : [],
            "properties" => Fields(value).Where(field => says.TryGetProperty(field.Name, out _)).SelectMany(field => MisfitsOf(field.Value, says.GetProperty(field.Name), $"{at}.{field.Name}")),
            "propertyNames" => Fields(value).SelectMany(field => MisfitsOf(JsonSerializer.SerializeToElement(field.Name), says, $"{at}.{field.Name}")),
            "additionalProperties" when says.ValueKind is JsonValueKind.True => [],
            "additionalProperties" => Others(value, schema).SelectMany(field => says.ValueKind is JsonValueKind.False ? [$"{at}.{field.Name} is not known"] : MisfitsOf(field.Value, says, $"{at}.{field.Name}")),
            _ => throw new NotSupportedException($"{at}: the keyword '{keyword.Name}' is not known here."),
        };

        IEnumerable<string> Unless(bool fits, string misfit) => fits ? [] : [$"{at} {misfit}: {value}"];
    }

    private static JsonProperty[] Fields(JsonElement value) => value.ValueKind is JsonValueKind.Object ? [.. value.EnumerateObject()] : [];

    private static IEnumerable<JsonProperty> Others(JsonElement value, JsonElement schema) =>
        Fields(value).Where(field => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(field.Name, out _));

    private static bool Is(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind is JsonValueKind.Null,
        "string" => value.ValueKind is JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "number" => value.ValueKind is JsonValueKind.Number,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
        "array" => value.ValueKind is JsonValueKind.Array,
        "object" => value.ValueKind is JsonValueKind.Object,
        _ => throw new NotSupportedException($"The type '{type}' is not known here."),
    };

    private static bool HasFormat(string text, string format) => format switch
    {
        "date-time" => Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$") && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "email" => text.Split('@') is [{ Length: > 0 }, { Length: > 0 }],
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        _ => throw new NotSupportedException($"The format '{format}' is not known here."),
    };

    // In Unicode scalar values, as JSON Schema counts too.
    private static int Length(JsonElement value) => value.GetString()!.EnumerateRunes().Count();
}
