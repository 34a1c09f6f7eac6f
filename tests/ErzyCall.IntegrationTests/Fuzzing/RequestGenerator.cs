using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ErzyCall.Api.Platform.Http;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>Makes requests that the document allows.</summary>
/// <param name="tagOf">The <c>ETag</c> that a GET of this path has shown last.</param>
internal sealed class RequestGenerator(ValueGenerator values, ResourcePool pool, SeededRandom random, Func<string, string?> tagOf)
{
    private static readonly JsonSerializerOptions[] s_writings =
    [
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping },
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true },
        new(),
    ];

    private static readonly string[] s_accepted = ["application/problem+json", "application/json, application/problem+json;q=0.5", "application/json", "*/*", "application/problem+json;q=0", "text/html", "é,;"];

    public FuzzRequest Make(ApiOperation operation)
    {
        var request = new FuzzRequest(operation) { Path = PathOf(operation), Query = QueryOf(operation), Body = BodyOf(operation) };
        return WithHeaders(request);
    }

    private Dictionary<string, string> PathOf(ApiOperation operation)
    {
        var path = new Dictionary<string, string>();

        // From the last one on: the others are likely what it belongs to.
        foreach (var parameter in operation.InPath.Reverse())
        {
            var prefix = ResourcePool.PrefixOf(parameter.Schema.GetProperty("pattern").GetString()!);
            List<string> related = [.. path.Values.SelectMany(pool.RelatedTo).Where(id => prefix is not null && pool.Ids(prefix).Contains(id))];
            path[parameter.Name] = related.Count > 0 && !random.OneIn(6) ? random.Pick(related) : values.Text(parameter.Schema, parameter.Name);
        }

        return path;
    }

    private List<(string Name, string Value)> QueryOf(ApiOperation operation)
    {
        List<(string Name, string Value)> query = [];
        foreach (var parameter in operation.InQuery.Where(parameter => parameter.IsRequired || (parameter != operation.Cursor && random.OneIn(3))))
        {
            var value = values.Make(parameter.Schema, parameter.Name);
            if (parameter.IsMap)
            {
                query.AddRange(value!.AsObject().Select(entry => ($"{parameter.Name}[{entry.Key}]", entry.Value!.GetValue<string>())));
            }
            else
            {
                query.Add((parameter.Name, value!.ToString()));
            }
        }

        return [.. random.Shuffled(query)];
    }

    private byte[]? BodyOf(ApiOperation operation)
    {
        if (operation.Body is not { } schema)
        {
            return operation.Method != HttpMethod.Get && random.OneIn(6) ? "{}"u8.ToArray() : null;
        }

        // The limits of fields together are beyond the limit of bodies.
        byte[] body;
        while ((body = Write(values.Make(schema, ""))).Length > RequestBody.DefaultLimit)
        {
        }

        return body;
    }

    private byte[] Write(JsonNode? body) => Encoding.UTF8.GetBytes(body!.ToJsonString(random.Pick(s_writings)));

    private FuzzRequest WithHeaders(FuzzRequest request)
    {
        foreach (var (name, schema) in request.Operation.Headers)
        {
            if (random.OneIn(3))
            {
                request = request.With(name, name switch
                {
                    "Idempotency-Key" => values.Text(schema, name),
                    _ when random.OneIn(4) => random.Pick(["*", "\"nobody-has-this\"", "W/\"weak\"", "no tag", "\"a\", \"b\""]),
                    _ => tagOf(request.Url.Split('?')[0]) ?? "*",
                });
            }
        }

        request = random.OneIn(3) ? request.With("Accept", random.Pick(s_accepted)) : request;
        return random.OneIn(10) ? request.With("X-Request-Id", random.Pick(["req_mine-1", "req_", "mine", "req_ö", $"req_{new string('a', 65)}"])) : request;
    }
}
