using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>
/// The API as its OpenAPI document describes it. Every answer that a test gets is held against it: an undocumented status, error code, field or <c>null</c> fails
/// the test that brought it about.
/// </summary>
internal sealed class DocumentedApi
{
    private readonly JsonSchema _schema;
    private readonly List<(string Method, Regex Path, int Parameters, JsonElement Operation)> _operations;

    private DocumentedApi(JsonElement document)
    {
        Document = document;
        _schema = new JsonSchema(document);
        _operations =
        [
            .. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => (
                operation.Name.ToUpperInvariant(),
                new Regex($"^{Regex.Replace(Regex.Escape(path.Name), @"\\\{[^}]+}", "[^/]+")}/?$", RegexOptions.IgnoreCase),
                path.Name.Count(character => character == '{'),
                operation.Value))),
        ];
    }

    public JsonElement Document { get; }

    public static DocumentedApi Parse(string json) => new(JsonElement.Parse(json));

    public void Check(HttpMethod method, string path, ApiResponse answer)
    {
        var route = path.Split('?')[0];
        var found = _operations.Where(operation => operation.Method == method.Method && operation.Path.IsMatch(route)).OrderBy(operation => operation.Parameters).ToList();

        // What has no operation (405, an unknown path) is documented by that.
        if (found is not [(_, _, _, var operation), ..] || answer.Status is HttpStatusCode.MethodNotAllowed)
        {
            Assert.False(
                answer.Status < HttpStatusCode.BadRequest && route.StartsWith("/api/", StringComparison.OrdinalIgnoreCase), $"{method} {route} answered {(int)answer.Status}, and the OpenAPI document has no such operation.");
            return;
        }

        var what = $"{method} {route} answered {(int)answer.Status}, which the OpenAPI document does not tell:";
        Assert.True(
            operation.GetProperty("responses").TryGetProperty($"{(int)answer.Status}", out var response),
            $"{what} {answer.Text}\nName the error on its route: .Refuses(ApiError.…)");
        response = _schema.Resolve(response);
        Assert.True(response.TryGetProperty("content", out var contents) == answer.Text.Length > 0, $"{what} {(answer.Text.Length > 0 ? answer.Text : "no body")}");
        if (answer.Text.Length == 0)
        {
            return;
        }

        // Problem details are described in words: RFC 9457 has their schema.
        var isProblem = answer.Header("Content-Type") == "application/problem+json";
        var content = contents.GetProperty(isProblem ? "application/json" : answer.Header("Content-Type")!.Split(';')[0]);
        var problems = isProblem ? [] : _schema.ProblemsOf(answer.Json, content.GetProperty("schema")).ToList();
        Assert.True(problems.Count == 0, $"{what}\n{string.Join('\n', problems)}");
        if ((int)answer.Status >= 400)
        {
            var codes = content.GetProperty("examples").EnumerateObject().Select(example => CodeOf(example.Value.GetProperty("value")));
            Assert.True(codes.Contains(CodeOf(answer.Json)), $"{what} {answer.Text}\nName the error on its route: .Refuses(ApiError.…)");
        }
    }

    /// <summary>Of the envelope or of problem details.</summary>
    private static string? CodeOf(JsonElement body) => (body.TryGetProperty("error", out var error) ? error : body).GetProperty("code").GetString();
}
