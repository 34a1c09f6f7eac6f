using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>The headers of responses, as the API document describes them.</summary>
internal static class ResponseHeaders
{
    public const string RequestId = "X-Request-Id";
    public const string RetryAfter = "Retry-After";
    public const string Replayed = "Idempotent-Replayed";
    public const string Location = "Location";
    public const string EntityTag = "ETag";

    /// <summary>The headers of the rate limits, which every answer to a valid key has.</summary>
    public static IReadOnlyList<string> Limits { get; } =
        ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit"];

    public static Dictionary<string, OpenApiHeader> All(Examples examples) => new()
    {
        [RequestId] = Text(
            "The id of the request: the client's own when it sent a well-formed one. It leads to the server's log.",
            "req_01h455vb4pex5vsknk084sn02q",
            "^req_[A-Za-z0-9_-]{1,64}$"),
        ["X-RateLimit-Limit"] = Number(
            "Requests that the window with the smallest share left allows, of the key or of its organization.", 60),
        ["X-RateLimit-Remaining"] = Number("What is left of them.", 58),
        ["X-RateLimit-Reset"] = Number("Unix seconds at which usage is back to zero if nothing more is sent.", 1_795_468_405),
        ["RateLimit-Policy"] = Text(
            "The quota (`q`) of each window (`w`, seconds): of the key, and of all keys of its organization.",
            "\"minute\";q=60;w=60, \"hour\";q=1000;w=3600, \"org-minute\";q=600;w=60, \"org-hour\";q=10000;w=3600"),
        ["RateLimit"] = Text(
            "What remains of each quota (`r`), and in how many seconds it is whole again (`t`).",
            "\"minute\";r=58;t=120, \"hour\";r=998;t=7200, \"org-minute\";r=598;t=120, \"org-hour\";r=9998;t=7200"),
        [RetryAfter] = Number("Whole seconds after which the request is worth sending again.", 12),
        [Replayed] = Text("`true` when this is the kept response of an earlier request with the same `Idempotency-Key`.", "true", "^true$"),
        [Location] = Text("Where the new resource is.", examples.Named(Location)),
        [EntityTag] = Text("The strong tag of this representation, for `If-None-Match` and `If-Match`.", "\"q83vASNFZ4mrze8BI0VniQ\""),
    };

    public static Dictionary<string, IOpenApiHeader> Of(params IEnumerable<string> names) =>
        names.ToDictionary(name => name, IOpenApiHeader (name) => new OpenApiHeaderReference(name));

    private static OpenApiHeader Text(string description, string example, string? pattern = null) =>
        new()
        {
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = pattern },
            Example = example,
        };

    private static OpenApiHeader Number(string description, long example) =>
        new()
        {
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0", Format = "int64" },
            Example = example,
        };
}
