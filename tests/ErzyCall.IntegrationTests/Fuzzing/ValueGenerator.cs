using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>Makes values that fit schemas, with their limits met exactly now and then, and resources named that are there.</summary>
internal sealed class ValueGenerator(JsonSchema schemas, ResourcePool pool, SeededRandom random, TimeProvider clock)
{
    /// <summary>Email addresses and URLs that nobody disputes.</summary>
    public const string PlainEmail = @"[a-z0-9]{1,20}(?:[.+_-][a-z0-9]{1,10}){0,2}@[a-z0-9]{1,20}(?:\.[a-z]{2,10}){1,2}";

    public const string PlainUrl = @"https://[a-z][a-z0-9]{0,20}(?:\.[a-z][a-z0-9]{0,10}){0,2}\.example(?::8443)?(?:/[A-Za-z0-9_~-]{1,20}){0,3}(?:\?[a-z]{1,5}=[A-Za-z0-9]{0,20})?";

    private const string AnyText = @"^[^\u0000-\u0008\u000B-\u001F\u007F-\u009F]*$";

    private const int MaxOfAnything = 3;

    /// <summary>Fields that take what answers show under another name. The document does not tell so.</summary>
    private static readonly Dictionary<string, string> s_shownAs = new() { ["from"] = "phoneNumber" };

    /// <summary>As whose last digits the simulated carrier and messenger have something special to say.</summary>
    private static readonly string[] s_customers = [.. Enumerable.Range(0, 10).Select(last => $"+1415555{last:D4}")];

    /// <summary>The first and the last moment that there is, and their neighbours in other time zones.</summary>
    private static readonly string[] s_ends = ["0001-01-01T00:00:00Z", "0001-01-01T14:00:00+14:00", "9999-12-31T23:59:59.9999999Z", "9999-12-31T09:59:59-14:00"];

    private readonly Dictionary<string, TextPattern> _patterns = [];

    /// <param name="name">Of the field or parameter.</param>
    public JsonNode? Make(JsonElement schema, string name)
    {
        schema = schemas.Resolve(schema);
        if (schema.TryGetProperty("oneOf", out var alternatives))
        {
            return Make(alternatives[random.OneIn(8) ? alternatives.GetArrayLength() - 1 : 0], name);
        }

        if (schema.TryGetProperty("enum", out var values))
        {
            return JsonNode.Parse(random.Pick([.. values.EnumerateArray()]).GetRawText());
        }

        if (!schema.TryGetProperty("type", out var type))
        {
            return Anything(depth: 0);
        }

        var types = type.ValueKind is JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!).ToList() : [type.GetString()!];
        return types.Remove("null") && (types.Count == 0 || random.OneIn(10)) ? null : types.Single() switch
        {
            "object" => Object(schema),
            "array" => Array(schema, name),
            "string" => Text(schema, name),
            "boolean" => random.OneIn(2),
            "integer" => random.Next(6) switch { 0 => Limit(schema, "minimum"), 1 => Limit(schema, "maximum"), _ => random.Between(Limit(schema, "minimum"), Limit(schema, "maximum")) },
            "number" => Number(schema),
            var other => throw new NotSupportedException($"The type '{other}' is not known here."),
        };
    }

    /// <summary>A text that fits a schema of texts.</summary>
    public string Text(JsonElement schema, string name)
    {
        var pattern = schema.TryGetProperty("pattern", out var own) ? own.GetString()! : null;
        return schema.TryGetProperty("format", out var format) ? format.GetString() switch
        {
            "date-time" => Time(),
            "email" => Matching(PlainEmail),
            "uri" => Matching(PlainUrl),
            var other => throw new NotSupportedException($"The format '{other}' is not known here."),
        }
            : pattern is null ? Matching(AnyText)
            : ResourcePool.PrefixOf(pattern) is { } prefix ? OneOf(pool.Ids(prefix), 8) ?? Matching(pattern)
            : ResourcePool.IsPhone(pattern) ? Phone(name) ?? Matching(pattern)
            : Words(schema, pattern);
    }

    private static int Limit(JsonElement schema, string name) => schema.GetProperty(name).GetInt32();

    private string Matching(string pattern, int min = 0, int? max = null)
    {
        if (!_patterns.TryGetValue(pattern, out var texts))
        {
            _patterns.Add(pattern, texts = new TextPattern(pattern));
        }

        return texts.Make(random, min, max);
    }

    /// <summary>Nearly always one that is there, if any is.</summary>
    private string? OneOf(IReadOnlyList<string> known, int exceptOnceIn) => known.Count == 0 || random.OneIn(exceptOnceIn) ? null : random.Pick(known);

    /// <summary>A number of a customer, or of anybody: sooner or later, all who are known have asked not to be called again.</summary>
    private string? Phone(string name) =>
        s_shownAs.TryGetValue(name, out var shown) ? OneOf(pool.Phones(shown), 8) : random.Next(5) switch { 0 => null, 1 => random.Pick(s_customers), 2 => $"+1415555{random.Next(10_000):D4}", _ => OneOf(pool.Phones(), 8) };

    private string Words(JsonElement schema, string pattern)
    {
        var min = schema.TryGetProperty("minLength", out var least) ? least.GetInt32() : 0;
        var max = schema.TryGetProperty("maxLength", out var most) ? most.GetInt32() : (int?)null;
        var text = Matching(pattern, min, max);

        // What is long is mostly a script.
        return max >= 500 && text.Length < 100 && random.OneIn(3) ? $"{{{{name}}}} {{{{ order }}}}{text}" : text;
    }

    private string Time()
    {
        if (random.OneIn(12))
        {
            return random.Pick(s_ends);
        }

        var days = random.Next(3) switch { 0 => random.Between(-400, 400), 1 => random.Between(0, 360), _ => -random.Next(20) };
        var time = clock.GetUtcNow().AddDays(days).AddSeconds(random.Between(-80_000, 80_000));
        var fraction = random.OneIn(2) ? "" : $".{random.Next(1_000_000_000):D9}"[..random.Between(2, 10)];
        var offset = random.OneIn(2) ? TimeSpan.Zero : TimeSpan.FromMinutes(15 * random.Between(-56, 56));
        var text = time.ToOffset(offset).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return $"{text}{fraction}{(offset == TimeSpan.Zero && random.OneIn(2) ? "Z" : $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}")}";
    }

    private JsonNode Number(JsonElement schema)
    {
        var (min, max) = (schema.GetProperty("minimum").GetDecimal(), schema.GetProperty("maximum").GetDecimal());
        return random.Next(4) switch { 0 => min, 1 => max, _ => min + Math.Round((decimal)random.NextDouble() * (max - min), 3) };
    }

    private JsonArray Array(JsonElement schema, string name)
    {
        var min = schema.TryGetProperty("minItems", out var least) ? least.GetInt32() : 0;
        var max = schema.GetProperty("maxItems").GetInt32();
        var count = random.Next(10) switch { 0 => Math.Min(max, 50), 1 => min, _ => random.Between(min, Math.Min(max, min + 3)) };
        var isUnique = schema.TryGetProperty("uniqueItems", out _);
        var items = Enumerable.Range(0, count).Select(_ => Make(schema.GetProperty("items"), name)).ToList();
        return [.. isUnique ? items.DistinctBy(item => item?.ToJsonString()) : items];
    }

    private JsonObject Object(JsonElement schema)
    {
        var value = new JsonObject();
        if (schema.TryGetProperty("properties", out var fields))
        {
            AddFields(value, schema, fields);
        }

        if (schema.TryGetProperty("additionalProperties", out var others) && others.ValueKind is JsonValueKind.Object)
        {
            AddEntries(value, schema, others);
        }

        return value;
    }

    private void AddFields(JsonObject value, JsonElement schema, JsonElement fields)
    {
        var form = new Form(schema, random);
        var most = random.Next(6) switch { 0 => 0, 1 => 10, _ => random.Between(2, 8) };
        foreach (var field in fields.EnumerateObject())
        {
            if (form.Constants.TryGetValue(field.Name, out var constant))
            {
                value.Add(field.Name, constant);
            }
            else if (form.Given.Contains(field.Name))
            {
                JsonNode? given;
                while ((given = Make(field.Value, field.Name)) is null)
                {
                }

                value.Add(field.Name, given);
            }
            else if (form.LeftOut.Contains(field.Name))
            {
                if (random.OneIn(5))
                {
                    value.Add(field.Name, null);
                }
            }
            else if (form.Required.Contains(field.Name) || random.Next(10) < most)
            {
                value.Add(field.Name, Make(field.Value, field.Name));
            }
        }

        if (value.Count == 0 && schema.TryGetProperty("minProperties", out _))
        {
            var field = random.Pick([.. fields.EnumerateObject()]);
            value.Add(field.Name, Make(field.Value, field.Name));
        }
    }

    private void AddEntries(JsonObject value, JsonElement schema, JsonElement others)
    {
        var most = schema.TryGetProperty("maxProperties", out var limit) ? limit.GetInt32() : MaxOfAnything;
        for (var count = random.Next(8) switch { 0 => most, 1 => 0, _ => random.Between(0, MaxOfAnything) }; count > 0; count--)
        {
            // A provider's own settings have names that the schema does not.
            var name = schema.TryGetProperty("propertyNames", out var names) ? Text(names, "") : $"x-{Matching(AnyText, 0, 20)}";
            value[name] = Make(others, name);
        }
    }

    private JsonNode? Anything(int depth) => random.Next(depth < 3 ? 8 : 6) switch
    {
        0 => null,
        1 => random.OneIn(2),
        2 => random.Next(1000),
        3 => JsonNode.Parse(random.Pick(["-0", "1.5", "-1e-5", "1E10", "12345678901234567890", "0.1000"])),
        4 or 5 => Matching(AnyText),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Anything(depth + 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(3)).Select(index => KeyValuePair.Create($"{index}{Matching(AnyText, 0, 10)}", Anything(depth + 1)))),
    };

    /// <summary>One of the forms in which the fields of an object may go together (each <c>anyOf</c> in <c>allOf</c> is a choice of its own).</summary>
    private sealed class Form
    {
        public Form(JsonElement schema, SeededRandom random)
        {
            Required = [.. Names(schema)];
            JsonElement[] choices = schema.TryGetProperty("allOf", out var all) ? [.. all.EnumerateArray()] : [];
            foreach (var form in choices.Select(choice => random.Pick([.. choice.GetProperty("anyOf").EnumerateArray()])))
            {
                Given.UnionWith(Names(form));
                foreach (var field in form.GetProperty("properties").EnumerateObject().Where(field => !Given.Contains(field.Name)))
                {
                    if (field.Value.TryGetProperty("const", out var constant))
                    {
                        Constants.Add(field.Name, constant.GetString()!);
                    }
                    else
                    {
                        LeftOut.Add(field.Name);
                    }
                }
            }
        }

        public HashSet<string> Required { get; }

        /// <summary>Not <c>null</c>.</summary>
        public HashSet<string> Given { get; } = [];

        public HashSet<string> LeftOut { get; } = [];

        public Dictionary<string, string> Constants { get; } = [];

        private static IEnumerable<string> Names(JsonElement schema) =>
            schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!) : [];
    }
}
