using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ErzyCall.Api.Platform.Http;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>Spoils requests: what becomes of one may still be allowed, which is for <see cref="RequestOracle"/> to say.</summary>
internal sealed class RequestMutator(JsonSchema schemas, SeededRandom random)
{
    /// <summary>These stand for what JSON can say and a <see cref="JsonNode"/> cannot: a field twice, half a surrogate pair, an array in arrays.</summary>
    private const string Twice = "@@twice@@";

    private const string HalfPair = "@@half@@";

    private const string Deep = "\"@@deep@@\"";

    private static readonly JsonSerializerOptions s_asWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What has broken servers before.</summary>
    private static readonly string[] s_poisons =
    [
        "\\u0000", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\u0022", "\\", "\"", "{", "}", "[", "]", ",", ":", "null", "true", "-0", "1e999", "1E400", "-",
        "\"to\":1,", "\"metadata\":{", "\"a']b\":1,", "\"meta\\ud800data\":1,", "{{name}}", "{{", "é", "😀", "\u2028", "\uFEFF", "\0", "\u001F", "\u007F", "__proto__", "$type", "$.a['b']", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "%",
    ];

    private static readonly string[] s_queryPoisons =
    [
        "%00", "%", "%zz", "%FF", "%ED%A0%80", "%F0%9F%98%80", "&", "=", "==", "&&", "[", "]", "[]", "+", "%2B", "cursor=", "cursor=AAAA", "limit=", "&limit=1&limit=2",
        "metadata[", "metadata[a]=%00", "metadata[a]=%22", "😀", "%0A", "%0D", "%7F", "%EF%BB%BF", "infinity", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "99999999999999999999",
    ];

    private static readonly string[] s_scalars = ["null", "true", "0", "-1", "1.5", "1e999", "-1E400", "1e200000", "99999999999999999999", "\"\"", "\"text\"", "[]", "{}", "[null]", "{\"a\":1}", "[[]]", "\"2026-01-15\""];

    private static readonly string[] s_names = ["unknown", "", "scheduledat", "Title", "id", "organizationId", "createdAt", "__proto__", "constructor", "$type", "$ref", "a b", "a.b", "it']s", "😀", "\0", "\u001f", "\u2028"];

    private static readonly string[] s_texts = ["", " ", "\t\n ", "null", "\u3000", "\0", "0", "-1", "1e3", "NaN", "١٢٣", "+", "+1", "+14155550100 ", "*", "%", "2026-06-01", "2026-06-01T10:00", "2026-06-01T10:00:00", "2026-13-01T00:00:00Z", "2026-06-01T24:00:00Z", "2026-06-01T10:00:00+15:00", "2026-06-01t10:00:00z", "javascript:alert(1)", "https://", "https://127.0.0.1/", "http://example.com/", "https://a@b/#c", "@", "a@b", "a@b@c"];

    private static readonly string[] s_characters = ["\0", "\u0001", "\b", "\u000b", "\r", "\u001f", "\u007f", "\u0085", "\u009f", "\n", "\t", " ", ",", "\uFEFF", "\u202E", "😀", "\uFFFF"];

    /// <summary>NUL in a path reaches no application: the web server refuses it.</summary>
    private static readonly string[] s_pathCharacters = [.. s_characters.Where(character => character is not "\0")];

    private static readonly string[] s_ids = ["1", "abc", " ", "null", "0", "-1", "%", "%00", "*", "ä", "😀", "call_", "call_01H455VB4PEX5VSKNK084SN02Q", "call_8zzzzzzzzzzzzzzzzzzzzzzzzz", "01h455vb4pex5vsknk084sn02q", "org_01h455vb4pex5vsknk084sn02q", "+", "+0", "14155550100", "00000000-0000-0000-0000-000000000000"];

    private static readonly string[] s_types = ["", "text/plain", "application/xml", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "application/json; charset=\"utf-8\"", "APPLICATION/JSON", "application/jsonp", "application/merge-patch+json", "application/problem+json", "json", "application/json,text/plain", ";"];

    private static readonly string[] s_keys = ["\"", "\"\"", "\"a", "\"a\"b", "\"\\a\"", "ä", "a\tb", "😀", new('k', 256), $"\"{new string('k', 256)}\""];

    public FuzzRequest Mutate(FuzzRequest request)
    {
        List<Func<FuzzRequest, FuzzRequest>> ways = [SpoilQuery, SpoilQuery];
        ways.AddRange(request.Operation.InPath.Count > 0 ? [SpoilPath] : []);
        ways.AddRange(request.Operation.InQuery.Count > 0 ? [SpoilQuery, SpoilQuery, SpoilRawQuery, SpoilRawQuery] : []);
        ways.AddRange(request.Operation.Headers.ContainsKey("Idempotency-Key") ? [SpoilKey] : []);
        ways.AddRange(request.Operation.Body is not null ? [SpoilFields, SpoilFields, SpoilFields, SpoilFields, SpoilFields, SpoilFields, SpoilBytes, SpoilBytes, SpoilBytes, SpoilType, SpoilWhole] : []);
        ways.AddRange(request.Operation.Body is null && request.Operation.Method != HttpMethod.Get ? [AddBody, AddBody] : []);
        return random.Pick(ways)(request);
    }

    private FuzzRequest SpoilPath(FuzzRequest request)
    {
        var path = new Dictionary<string, string>(request.Path);
        var name = random.Pick([.. path.Keys]);
        path[name] = random.Next(3) switch
        {
            0 => random.Pick(s_ids),
            1 => path[name].ToUpperInvariant(),
            _ => path[name].Insert(random.Next(path[name].Length + 1), random.Pick(s_pathCharacters)),
        };
        return request with { Path = path };
    }

    private FuzzRequest SpoilQuery(FuzzRequest request)
    {
        List<(string Name, string Value)> query = [.. request.Query];
        var known = request.Operation.InQuery;
        switch (random.Next(query.Count == 0 ? 2 : 6))
        {
            case 0:
                query.Add((random.OneIn(2) && known.Count > 0 ? SpoiltName(random.Pick(known).Name) : random.Pick(s_names), random.Pick(s_texts)));
                break;

            case 1 when known.Count > 0:
                var parameter = random.Pick(known);
                query.Add((parameter.IsMap ? $"{parameter.Name}[{random.Pick(s_names)}]" : parameter.Name, random.Pick(s_texts)));
                break;

            case 2:
                query.Add(random.Pick(query));
                break;

            case 3:
                query.RemoveAt(random.Next(query.Count));
                break;

            case > 3:
                var at = random.Next(query.Count);
                query[at] = (query[at].Name, Spoilt(query[at].Value, known.FirstOrDefault(parameter => parameter.Name == query[at].Name)?.Schema));
                break;
        }

        return request with { Query = query };
    }

    private string SpoiltName(string name) => random.Next(4) switch { 0 => name.ToUpperInvariant(), 1 => $"{name}[]", 2 => $"{name}[a]", _ => name[..^1] };

    // A fragment is not sent, and what is not ASCII is escaped on the way: the query stays one.
    private FuzzRequest SpoilRawQuery(FuzzRequest request) =>
        request with { RawQuery = Encoding.UTF8.GetString(Mutilated(Encoding.UTF8.GetBytes(request.Url.Split('?') is [_, var query] ? query : ""), s_queryPoisons)).Replace('#', '_') };

    private FuzzRequest SpoilKey(FuzzRequest request) => request.With("Idempotency-Key", random.Pick(s_keys));

    private FuzzRequest SpoilType(FuzzRequest request) => request with { ContentType = random.Pick(s_types) };

    private FuzzRequest AddBody(FuzzRequest request) =>
        request with { Body = Encoding.UTF8.GetBytes(random.Pick(["{}", " {} ", "{\"a\":1}", "[]", "null", "{", "{\"reason\":\"x\",\"reason\":\"y\"}", "a", "\0", "\"\""])) };

    /// <summary>Instead of the body, or around it.</summary>
    private FuzzRequest SpoilWhole(FuzzRequest request)
    {
        var body = Encoding.UTF8.GetString(request.Body!);
        return random.Next(12) switch
        {
            0 => request with { Body = null },
            1 => request with { Body = [] },
            2 => request with { Body = Encoding.UTF8.GetBytes($"\uFEFF{body}") },
            3 => request with { Body = Encoding.UTF8.GetBytes($"[{body}]") },
            4 => request with { Body = Encoding.UTF8.GetBytes($"{body}{body}") },
            5 => request with { Body = Encoding.Unicode.GetBytes(body) },
            6 => request with { Body = Encoding.UTF8.GetBytes($"{body}{new string(' ', RequestBody.DefaultLimit)}") },
            7 => request with { Body = Encoding.UTF8.GetBytes($"{body}//") },
            8 => request with { Body = Encoding.UTF8.GetBytes(body.Replace('"', '\'')) },
            9 => request with { Body = "{}"u8.ToArray() },
            10 => request with { Body = Encoding.UTF8.GetBytes($" \r\n\t{body}\n") },
            _ => request with { Body = Encoding.UTF8.GetBytes(random.Pick(s_scalars)) },
        };
    }

    private FuzzRequest SpoilBytes(FuzzRequest request) => request with { Body = Mutilated(request.Body!, s_poisons) };

    private byte[] Mutilated(byte[] original, string[] poisons)
    {
        var bytes = original.ToList();
        for (var cuts = random.Between(1, 3); cuts > 0; cuts--)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Between(1, 12), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;

                case 1:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(random.Pick(poisons)));
                    break;

                case 2:
                    bytes.RemoveRange(at, length);
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(random.Pick(poisons)));
                    break;

                case 3:
                    bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                    break;

                case 4 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;

                default:
                    bytes.RemoveRange(at, random.OneIn(4) ? bytes.Count - at : 0);
                    break;
            }
        }

        return [.. bytes];
    }

    private FuzzRequest SpoilFields(FuzzRequest request)
    {
        var body = JsonNode.Parse(request.Body)!.AsObject();
        List<Place> places = [];
        Collect(body, request.Operation.Body!.Value, places);
        SpoilOne(body, places);
        var text = body.ToJsonString(s_asWritten)
            .Replace(Twice, "", StringComparison.Ordinal)
            .Replace(HalfPair, random.Pick(["\\ud800", "\\udc00", "\\ude00\\ud83d"]), StringComparison.Ordinal)
            .Replace(Deep, random.Pick([Nested(70), Nested(10_000), Nested(40)]), StringComparison.Ordinal);
        return request with { Body = Encoding.UTF8.GetBytes(text) };
    }

    private static string Nested(int depth) => $"{new string('[', depth)}{new string(']', depth)}";

    private void SpoilOne(JsonObject body, List<Place> places)
    {
        var owner = random.OneIn(3) || places.Count == 0 ? body : random.Pick(places).Parent as JsonObject ?? body;
        if (places.Count == 0)
        {
            owner[random.Pick(s_names)] = JsonNode.Parse(random.Pick(s_scalars));
            return;
        }

        var place = random.Pick(places);
        switch (random.Next(10))
        {
            case 0:
                owner[random.Pick(s_names)] = JsonNode.Parse(random.Pick(s_scalars));
                break;

            case 1 when owner.Count > 0:
                var (name, value) = random.Pick([.. owner]);
                owner[$"{name}{Twice}"] = random.OneIn(2) ? value?.DeepClone() : JsonNode.Parse(random.Pick(s_scalars));
                break;

            case 2:
                place.Remove();
                break;

            case 3:
                place.Replace(null);
                break;

            case 4:
                place.Replace(Deep.Trim('"'));
                break;

            case 5 or 6:
                place.Replace(JsonNode.Parse(random.Pick(s_scalars)));
                break;

            default:
                place.Replace(Spoilt(place));
                break;
        }
    }

    private JsonNode? Spoilt(Place place)
    {
        switch (place.Node)
        {
            case JsonArray array:
                var most = place.Schema is { } list && list.TryGetProperty("maxItems", out var limit) ? limit.GetInt32() : 3;
                return random.OneIn(3) || array.Count == 0 ? new JsonArray()
                    : new JsonArray([.. Enumerable.Range(0, random.OneIn(2) ? array.Count + 1 : most + 1).Select(index => array[index % array.Count]?.DeepClone())]);

            case JsonValue text when text.GetValueKind() is JsonValueKind.String:
                return Spoilt(text.GetValue<string>(), place.Schema);

            case JsonValue number when number.GetValueKind() is JsonValueKind.Number:
                return JsonNode.Parse(random.Pick(["-0.001", "2.001", "1e999", "-1", "3", "0.0"]));

            default:
                return JsonNode.Parse(random.Pick(s_scalars));
        }
    }

    private string Spoilt(string text, JsonElement? schema)
    {
        var (min, max) = (LimitOf(schema, "minLength") ?? 0, LimitOf(schema, "maxLength") ?? text.Length);
        return random.Next(8) switch
        {
            0 => random.Pick(s_texts),
            1 => string.Concat(Enumerable.Repeat(random.Pick(["a", "😀", "é", " "]), max + 1)),
            2 => new string('a', Math.Max(0, min - 1)),
            3 => $"{text}\n",
            4 => text.ToUpperInvariant(),
            5 when text.Length > 0 => text.Remove(random.Next(text.Length), 1),
            6 when schema is not null => text.Insert(random.Next(text.Length + 1), HalfPair),
            _ => text.Insert(random.Next(text.Length + 1), random.Pick(s_characters)),
        };
    }

    private static int? LimitOf(JsonElement? schema, string name) => schema is { } own && own.TryGetProperty(name, out var limit) ? limit.GetInt32() : null;

    private void Collect(JsonNode? node, JsonElement? schema, List<Place> places)
    {
        schema = Plain(schema);
        switch (node)
        {
            case JsonObject own:
                foreach (var (name, value) in own)
                {
                    var field = schema is { } known && known.TryGetProperty("properties", out var fields) && fields.TryGetProperty(name, out var found) ? found
                        : schema is { } map && map.TryGetProperty("additionalProperties", out var others) && others.ValueKind is JsonValueKind.Object ? others : (JsonElement?)null;
                    places.Add(new Place(own, name, value, Plain(field)));
                    Collect(value, field, places);
                }

                break;

            case JsonArray list:
                var items = schema is { } array && array.TryGetProperty("items", out var each) ? each : (JsonElement?)null;
                foreach (var (index, item) in list.Index())
                {
                    places.Add(new Place(list, index, item, Plain(items)));
                    Collect(item, items, places);
                }

                break;
        }
    }

    /// <summary>What a nullable object is when it is one.</summary>
    private JsonElement? Plain(JsonElement? schema) =>
        schema is not { } own ? null : schemas.Resolve(own) is var resolved && resolved.TryGetProperty("oneOf", out var alternatives) ? schemas.Resolve(alternatives[0]) : resolved;

    /// <summary>Where a value stands in a body.</summary>
    /// <param name="Key">A field's name or an item's index.</param>
    private sealed record Place(JsonNode Parent, object Key, JsonNode? Node, JsonElement? Schema)
    {
        public void Replace(JsonNode? value)
        {
            if (Parent is JsonArray list)
            {
                list[(int)Key] = value;
            }
            else
            {
                Parent[(string)Key] = value;
            }
        }

        public void Remove()
        {
            if (Parent is JsonArray list)
            {
                list.RemoveAt((int)Key);
            }
            else
            {
                Parent.AsObject().Remove((string)Key);
            }
        }
    }
}
