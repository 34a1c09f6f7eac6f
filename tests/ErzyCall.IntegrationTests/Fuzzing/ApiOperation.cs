using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>A parameter in a path or a query.</summary>
/// <param name="IsMap">Whether it is written <c>name[key]=value</c>, once for each entry.</param>
internal sealed record ApiParameter(string Name, JsonElement Schema, bool IsRequired, bool IsMap);

/// <summary>An operation as the OpenAPI document describes it: all that the fuzzer knows of it.</summary>
internal sealed record ApiOperation
{
    public required string Id { get; init; }

    public required HttpMethod Method { get; init; }

    public required string Path { get; init; }

    public required IReadOnlyList<ApiParameter> InPath { get; init; }

    public required IReadOnlyList<ApiParameter> InQuery { get; init; }

    /// <summary>The request headers that it reads, by name.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Headers { get; init; }

    /// <summary>The schema of the request's body, if it has one.</summary>
    public required JsonElement? Body { get; init; }

    public required JsonElement Responses { get; init; }

    /// <summary>What a key without the scope is told; <c>null</c> when any key will do.</summary>
    public required string? LacksScope { get; init; }

    public string? Scope => LacksScope?.Split(": ")[1];

    /// <summary>The parameter that says where a page begins.</summary>
    public ApiParameter? Cursor => InQuery.FirstOrDefault(parameter => parameter.Name is "cursor" or "after");

    /// <summary>The field of the body whose items are judged each alone, when it is a batch.</summary>
    public string? BatchField { get; private init; }

    public static IReadOnlyList<ApiOperation> AllOf(JsonElement document)
    {
        var schemas = new JsonSchema(document);
        return
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               select Parse(path.Name, operation, schemas),
        ];
    }

    /// <summary>What a response documents about one of its headers.</summary>
    public bool Documents(int status, string header, JsonSchema schemas) =>
        Responses.TryGetProperty($"{status}", out var response) && schemas.Resolve(response).TryGetProperty("headers", out var headers) && headers.TryGetProperty(header, out _);

    public override string ToString() => $"{Method} {Path}";

    private static ApiOperation Parse(string path, JsonProperty operation, JsonSchema schemas)
    {
        var parameters = operation.Value.TryGetProperty("parameters", out var all) ? all.EnumerateArray().ToList() : [];
        var responses = operation.Value.GetProperty("responses");
        var body = operation.Value.TryGetProperty("requestBody", out var request) ? request.GetProperty("content").GetProperty("application/json").GetProperty("schema") : (JsonElement?)null;
        return new ApiOperation
        {
            Id = operation.Value.GetProperty("operationId").GetString()!,
            Method = HttpMethod.Parse(operation.Name.ToUpperInvariant()),
            Path = path,
            InPath = [.. In("path")],
            InQuery = [.. In("query")],
            Headers = parameters.Where(parameter => parameter.GetProperty("in").GetString() == "header").ToDictionary(parameter => parameter.GetProperty("name").GetString()!, parameter => parameter.GetProperty("schema")),
            Body = body,
            Responses = responses,
            LacksScope = LacksScopeOf(responses, schemas),
            BatchField = body is { } schema && responses.TryGetProperty("201", out var created) && created.GetRawText().Contains("BatchResult", StringComparison.Ordinal)
                ? schemas.Resolve(schema).GetProperty("required")[0].GetString()
                : null,
        };

        IEnumerable<ApiParameter> In(string place) =>
            from parameter in parameters
            where parameter.GetProperty("in").GetString() == place
            select new ApiParameter(
                parameter.GetProperty("name").GetString()!,
                parameter.GetProperty("schema"),
                parameter.TryGetProperty("required", out var required) && required.GetBoolean(),
                parameter.TryGetProperty("style", out var style) && style.GetString() == "deepObject");
    }

    /// <summary>The first one is of the operation; others are of fields that need more.</summary>
    private static string? LacksScopeOf(JsonElement responses, JsonSchema schemas) => !responses.TryGetProperty("403", out var forbidden)
        ? null
        : schemas.Resolve(forbidden).GetProperty("content").GetProperty("application/json").GetProperty("examples").EnumerateObject()
            .Select(example => example.Value.GetProperty("value").GetProperty("error").GetProperty("message").GetString()!)
            .First(message => Regex.IsMatch(message, "^API key lacks required scope: "));
}
