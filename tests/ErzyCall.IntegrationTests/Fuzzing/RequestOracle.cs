using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Http;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Net.Http.Headers;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>What the document says of a request.</summary>
internal sealed record Verdict
{
    /// <summary>Why it must be refused, if it must.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Whether the document does not say which.</summary>
    public bool IsUnclear { get; init; }

    /// <summary>Rules that it may break although it fits.</summary>
    public IReadOnlyList<UnsaidRule> MayBreak { get; init; } = [];

    /// <summary>Of each item of a batch.</summary>
    public IReadOnlyList<Verdict> Items { get; init; } = [];

    public bool Fits => Problems.Count == 0 && !IsUnclear;
}

/// <summary>Holds requests against the document.</summary>
internal sealed partial class RequestOracle
{
    private static readonly JsonSerializerOptions s_asWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonSchema _schemas;
    private readonly IReadOnlyList<UnsaidRule> _rules;
    private readonly TimeProvider _clock;
    private bool _isUnclear;

    public RequestOracle(JsonElement document, TimeProvider clock)
    {
        _schemas = new JsonSchema(document, HasFormat);
        _rules = UnsaidRules.All;
        _clock = clock;
    }

    public Verdict Judge(FuzzRequest request)
    {
        _isUnclear = request.RawQuery is not null;
        var query = request.RawQuery is null ? JudgeQuery(request) : new Verdict();
        var body = JudgeBody(request);
        return new Verdict
        {
            Problems =
            [
                .. request.Operation.InPath.SelectMany(parameter => _schemas.ProblemsOf(ToJson(request.Path[parameter.Name]), parameter.Schema, parameter.Name)),
                .. query.Problems,
                .. JudgeHeaders(request),
                .. body.Problems,
            ],
            IsUnclear = _isUnclear,
            MayBreak = [.. query.MayBreak, .. body.MayBreak],
            Items = body.Items,
        };
    }

    private static JsonElement ToJson(object value) => JsonSerializer.SerializeToElement(value, s_asWritten);

    private Verdict JudgeQuery(FuzzRequest request)
    {
        List<string> problems = [.. request.Query.GroupBy(parameter => parameter.Name).Where(same => same.Count() > 1).Select(same => $"{same.Key} is given more than once")];
        var given = new Dictionary<string, string>();
        foreach (var (name, value) in request.Query)
        {
            given[name] = value;
        }

        var left = new Dictionary<string, string>(given);
        foreach (var parameter in request.Operation.InQuery)
        {
            if (parameter.IsMap)
            {
                var entries = left.Where(entry => entry.Key.StartsWith($"{parameter.Name}[", StringComparison.Ordinal) && entry.Key.EndsWith(']')).ToList();
                problems.AddRange(_schemas.ProblemsOf(ToJson(entries.ToDictionary(entry => entry.Key[(parameter.Name.Length + 1)..^1], entry => entry.Value)), parameter.Schema, parameter.Name));
                entries.ForEach(entry => left.Remove(entry.Key));
            }
            else if (left.Remove(parameter.Name, out var value))
            {
                problems.AddRange(ProblemsOf(value, parameter));
            }
            else if (parameter.IsRequired)
            {
                problems.Add($"{parameter.Name} is missing");
            }
        }

        problems.AddRange(left.Keys.Select(name => $"{name} is not known"));
        return new Verdict { Problems = problems, MayBreak = problems.Count > 0 ? [] : Broken(ToJson(given), request.Operation.Id, "") };
    }

    private IEnumerable<string> ProblemsOf(string value, ApiParameter parameter)
    {
        if (_schemas.Resolve(parameter.Schema).GetProperty("type").GetString() is not "integer")
        {
            return _schemas.ProblemsOf(ToJson(value), parameter.Schema, parameter.Name);
        }

        // JSON writes no zeros before a number; a query may.
        var digits = value.Length > 1 ? value.TrimStart('0') : value;
        return Digits().IsMatch(digits) ? _schemas.ProblemsOf(JsonElement.Parse(digits), parameter.Schema, parameter.Name) : [$"{parameter.Name} is no integer: {value}"];
    }

    private IEnumerable<string> JudgeHeaders(FuzzRequest request) =>
        from header in request.Headers
        where request.Operation.Headers.ContainsKey(header.Name)
        from problem in _schemas.ProblemsOf(ToJson(header.Value), request.Operation.Headers[header.Name], header.Name)
        select problem;

    private Verdict JudgeBody(FuzzRequest request)
    {
        var bytes = request.Body ?? [];
        if (request.Operation.Body is not { } schema)
        {
            return new Verdict { Problems = bytes.Length == 0 || (Parse(bytes, isStrict: true) is { ValueKind: JsonValueKind.Object } fields && !fields.EnumerateObject().Any()) ? [] : ["a body that is not read"] };
        }

        if (bytes.Length > (request.Operation.BatchField is null ? RequestBody.DefaultLimit : RequestBody.BatchLimit))
        {
            return new Verdict { Problems = ["a body that is too large"] };
        }

        if (bytes.Length == 0 || !IsJson(request.ContentType))
        {
            return new Verdict { Problems = ["no JSON"] };
        }

        if (Parse(bytes, isStrict: true) is not { } body)
        {
            // Of a batch's item, a field that is there twice, or nested too deep, is the item's own error.
            _isUnclear |= request.Operation.BatchField is not null && Parse(bytes, isStrict: false) is not null;
            return new Verdict { Problems = _isUnclear ? [] : ["no JSON that is text, or a field twice"] };
        }

        if (HalfPairs(body))
        {
            _isUnclear |= request.Operation.BatchField is not null;
            return new Verdict { Problems = _isUnclear ? [] : ["text with half a surrogate pair"] };
        }

        List<string> problems = [.. _schemas.ProblemsOf(body, schema)];
        return request.Operation.BatchField is { } field
            ? JudgeBatch(body, problems, field, schema)
            : new Verdict { Problems = problems, MayBreak = problems.Count > 0 ? [] : Broken(body, NameOf(schema)) };
    }

    /// <summary>What is wrong with an item is the item's error and not the batch's.</summary>
    private Verdict JudgeBatch(JsonElement body, List<string> problems, string field, JsonElement schema)
    {
        var ofItems = new Regex($@"^\$\.{field}\[(\d+)\]");
        var own = problems.Where(problem => !ofItems.IsMatch(problem)).ToList();
        if (body.ValueKind is not JsonValueKind.Object || !body.TryGetProperty(field, out var items) || items.ValueKind is not JsonValueKind.Array)
        {
            return new Verdict { Problems = own };
        }

        var defaults = body.TryGetProperty("defaults", out var common) && common.ValueKind is JsonValueKind.Object ? common : (JsonElement?)null;

        // Whatever is wrong inside of the defaults is wrong with the items that take it.
        var spoilsItems = defaults is not null && own.RemoveAll(problem => problem.StartsWith("$.defaults ", StringComparison.Ordinal)) > 0;
        var itemName = NameOf(_schemas.Resolve(schema).GetProperty("properties").GetProperty(field).GetProperty("items"));
        return new Verdict
        {
            Problems = own,
            Items =
            [
                .. items.EnumerateArray().Select((item, index) =>
                {
                    List<string> its = [.. problems.Where(problem => ofItems.Match(problem) is { Success: true } match && match.Groups[1].Value == $"{index}")];
                    return new Verdict { Problems = its, IsUnclear = spoilsItems || _isUnclear, MayBreak = its.Count > 0 || spoilsItems ? [] : Broken(Merged(item, defaults), itemName) };
                }),
            ],
        };
    }

    private static JsonElement Merged(JsonElement item, JsonElement? defaults)
    {
        var fields = new Dictionary<string, JsonElement>();
        foreach (var field in (defaults?.EnumerateObject() ?? default).Concat(item.EnumerateObject()).Where(field => field.Value.ValueKind is not JsonValueKind.Null))
        {
            fields[field.Name] = field.Value;
        }

        return ToJson(fields);
    }

    private List<UnsaidRule> Broken(JsonElement value, params IReadOnlyCollection<string> where) =>
        [.. _rules.Where(rule => where.Contains(rule.Where) && rule.IsBroken(value, _clock.GetUtcNow()))];

    private static string NameOf(JsonElement schema) => schema.GetProperty("$ref").GetString()!.Split('/')[^1];

    private static bool IsJson(string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).ToString().ToLowerInvariant() is "utf-8" or "utf8");

    /// <param name="isStrict">Whether no field may be there twice, and nothing be nested deeper than 64 levels.</param>
    private static JsonElement? Parse(byte[] bytes, bool isStrict)
    {
        try
        {
            var text = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
            return JsonElement.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = !isStrict, MaxDepth = isStrict ? 64 : int.MaxValue });
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in a field's name.
            return null;
        }
    }

    private static bool HalfPairs(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString() is null,
                JsonValueKind.Array => value.EnumerateArray().Any(HalfPairs),
                JsonValueKind.Object => value.EnumerateObject().Any(field => field.Name is null || HalfPairs(field.Value)),
                _ => false,
            };
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>The document names formats whose edges nobody agrees on, and promises no more than that what is plainly one is taken. Of a time the seconds may be left out.</summary>
    private bool HasFormat(string text, string format)
    {
        switch (format)
        {
            case "email":
                _isUnclear |= !PlainEmail().IsMatch(text);
                return true;

            case "uri":
                _isUnclear |= !PlainUrl().IsMatch(text);
                return true;

            case "date-time" when TimeWithoutSeconds().IsMatch(text):
                _isUnclear = true;
                return true;

            default:
                return JsonSchema.HasFormat(text, format);
        }
    }

    [GeneratedRegex(@"^[0-9]+\z")]
    private static partial Regex Digits();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d(Z|[+-]\d\d:\d\d)\z")]
    private static partial Regex TimeWithoutSeconds();

    [GeneratedRegex($@"^{ValueGenerator.PlainEmail}\z")]
    private static partial Regex PlainEmail();

    [GeneratedRegex($@"^{ValueGenerator.PlainUrl}\z")]
    private static partial Regex PlainUrl();
}
