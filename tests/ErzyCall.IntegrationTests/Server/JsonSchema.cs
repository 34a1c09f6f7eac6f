using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>Holds JSON against the schemas of an OpenAPI document. It knows the keywords that ours uses and refuses every other, so that none is passed over.</summary>
/// <param name="hasFormat">Decides instead of this class whether a text has a format.</param>
internal sealed class JsonSchema(JsonElement document, Func<string, string, bool>? hasFormat = null)
{
    private static readonly ConcurrentDictionary<string, Regex> s_patterns = [];

    private readonly Func<string, string, bool> _hasFormat = hasFormat ?? HasFormat;

    /// <summary>A name is looked for from the document's beginning, field by field: that is done once for each.</summary>
    private readonly ConcurrentDictionary<string, JsonElement> _named = [];

    public JsonElement Resolve(JsonElement node)
    {
        while (node.TryGetProperty("$ref", out var reference))
        {
            node = _named.GetOrAdd(reference.GetString()!, name => name.Split('/').Skip(1).Aggregate(document, (at, part) => at.GetProperty(part)));
        }

        return node;
    }

    /// <summary>What is wrong with <paramref name="value"/>, with the place of it; nothing when it fits.</summary>
    public IEnumerable<string> ProblemsOf(JsonElement value, JsonElement schema, string at = "$")
    {
        if (schema.TryGetProperty("$ref", out _))
        {
            return ProblemsOf(value, Resolve(schema), at);
        }

        return schema.EnumerateObject().SelectMany(keyword => ProblemsOf(value, schema, keyword, at));
    }

    /// <summary>Whether a text has a format, as far as every format can be told from the text alone.</summary>
    public static bool HasFormat(string text, string format) => format switch
    {
        "date-time" => Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\z", RegexOptions.ECMAScript) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
        "email" => text.Split('@') is [{ Length: > 0 }, { Length: > 0 }],
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        _ => throw new NotSupportedException($"The format '{format}' is not known here."),
    };

    private IEnumerable<string> ProblemsOf(JsonElement value, JsonElement schema, JsonProperty keyword, string at)
    {
        var says = keyword.Value;
        var kind = value.ValueKind;
        return keyword.Name switch
        {
            "description" or "default" or "discriminator" => [],
            "type" => Unless(says.ValueKind is JsonValueKind.Array ? says.EnumerateArray().Any(type => Is(value, type.GetString()!)) : Is(value, says.GetString()!), "is no {0}"),
            "enum" => Unless(says.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)), "is none of {0}"),
            "const" => Unless(JsonElement.DeepEquals(says, value), "is not {0}"),
            "pattern" => Unless(kind is not JsonValueKind.String || PatternOf(says.GetString()!).IsMatch(value.GetString()!), "does not match {0}"),
            "format" => Unless(kind is not JsonValueKind.String || _hasFormat(value.GetString()!, says.GetString()!), "is no {0}"),
            "minLength" => Unless(kind is not JsonValueKind.String || Length(value) >= says.GetInt32(), "is too short"),
            "maxLength" => Unless(kind is not JsonValueKind.String || LengthOfLines(value) <= says.GetInt32(), "is too long"),
            "minimum" => Unless(kind is not JsonValueKind.Number || value.GetDouble() >= says.GetDouble(), "is too small"),
            "maximum" => Unless(kind is not JsonValueKind.Number || value.GetDouble() <= says.GetDouble(), "is too large"),
            "minItems" => Unless(kind is not JsonValueKind.Array || value.GetArrayLength() >= says.GetInt32(), "has too few items"),
            "maxItems" => Unless(kind is not JsonValueKind.Array || value.GetArrayLength() <= says.GetInt32(), "has too many items"),
            "uniqueItems" => Unless(kind is not JsonValueKind.Array || value.EnumerateArray().DistinctBy(item => item.GetRawText()).Count() == value.GetArrayLength(), "has an item twice"),
            "minProperties" => Unless(kind is not JsonValueKind.Object || value.EnumerateObject().Count() >= says.GetInt32(), "has too few fields"),
            "maxProperties" => Unless(kind is not JsonValueKind.Object || value.EnumerateObject().Count() <= says.GetInt32(), "has too many fields"),
            "required" => kind is not JsonValueKind.Object ? [] : says.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{at}.{name} is missing"),
            "anyOf" => Unless(says.EnumerateArray().Any(one => !ProblemsOf(value, one, at).Any()), "fits none of anyOf"),
            "oneOf" => Unless(says.EnumerateArray().Count(one => !ProblemsOf(value, one, at).Any()) == 1, "fits not exactly one of oneOf"),
            "allOf" => says.EnumerateArray().SelectMany(one => ProblemsOf(value, one, at)),
            "items" => kind is JsonValueKind.Array ? value.EnumerateArray().SelectMany((item, index) => ProblemsOf(item, says, $"{at}[{index}]")) : [],
            "properties" => [.. Fields(value).Where(field => says.TryGetProperty(field.Name, out _)).SelectMany(field => ProblemsOf(field.Value, says.GetProperty(field.Name), $"{at}.{field.Name}")), .. Undocumented(value, schema, at)],
            "propertyNames" => Fields(value).SelectMany(field => ProblemsOf(JsonSerializer.SerializeToElement(field.Name), says, $"{at}.{field.Name}")),
            "additionalProperties" when says.ValueKind is JsonValueKind.True => [],
            "additionalProperties" => Others(value, schema).SelectMany(field => says.ValueKind is JsonValueKind.False ? [$"{at}.{field.Name} is not known"] : ProblemsOf(field.Value, says, $"{at}.{field.Name}")),
            _ => throw new NotSupportedException($"{at}: the keyword '{keyword.Name}' is not known here."),
        };

        // Nearly everything fits, and a schema's text may be long: the words are made only for what does not.
        IEnumerable<string> Unless(bool fits, string problem) => fits ? [] : [$"{at} {string.Format(CultureInfo.InvariantCulture, problem, says)}: {value}"];
    }

    private static JsonProperty[] Fields(JsonElement value) => value.ValueKind is JsonValueKind.Object ? [.. value.EnumerateObject()] : [];

    private static IEnumerable<JsonProperty> Others(JsonElement value, JsonElement schema) =>
        Fields(value).Where(field => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(field.Name, out _));

    /// <summary>Later versions may add fields to a response, so its schema lets others in; this version has none but those that it names. What only says how fields go together has no type.</summary>
    private static IEnumerable<string> Undocumented(JsonElement value, JsonElement schema, string at) =>
        schema.TryGetProperty("type", out _) && !schema.TryGetProperty("additionalProperties", out _) ? Others(value, schema).Select(field => $"{at}.{field.Name} is not documented") : [];

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

    // To JavaScript `$` is the end of the text; to .NET it is also before a newline at the end.
    private static Regex PatternOf(string pattern) =>
        s_patterns.GetOrAdd(pattern, static text => new Regex(text.EndsWith('$') ? $@"{text[..^1]}\z" : text, RegexOptions.ECMAScript));

    // In Unicode scalar values, as JSON Schema counts too.
    /// <summary>A line break counts as one character, however it is written: where CR LF is not taken, a pattern refuses it.</summary>
    private static int LengthOfLines(JsonElement value) => value.GetString()!.Replace("\r\n", "\n", StringComparison.Ordinal).EnumerateRunes().Count();

    private static int Length(JsonElement value) => value.GetString()!.EnumerateRunes().Count();
}
