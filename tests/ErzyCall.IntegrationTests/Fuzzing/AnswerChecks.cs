using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Net.Http.Headers;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>What must hold of an answer.</summary>
internal sealed partial class AnswerChecks(DocumentedApi documented)
{
    private const string Problem = "application/problem+json";

    /// <summary>The codes of a request that is not what the document allows.</summary>
    private static readonly string[] s_problems = ["VALIDATION_ERROR", "INVALID_JSON", "INVALID_ID", "UNSUPPORTED_MEDIA_TYPE", "PAYLOAD_TOO_LARGE"];

    /// <summary>Headers that are documented and not on every answer.</summary>
    private static readonly string[] s_occasional = ["Retry-After", "Idempotent-Replayed"];

    private readonly JsonSchema _schemas = new(documented.Document);

    /// <summary>The error's code, or <c>null</c> when there is no error.</summary>
    public static string? CodeOf(ApiResponse answer) =>
        (int)answer.Status < 400 ? null : (answer.Json.TryGetProperty("error", out var error) ? error : answer.Json).GetProperty("code").GetString();

    /// <summary>That the answer is one that the document tells of, whatever was asked.</summary>
    public void CheckForm(FuzzRequest request, ApiResponse answer)
    {
        Assert.True((int)answer.Status < 500, "It is an error of the server.");
        documented.Check(request.Operation.Method, request.Url, answer);
        CheckHeaders(request, answer);
        if ((int)answer.Status >= 400)
        {
            CheckError(request, answer);
        }
    }

    /// <summary>That what must be refused is, and what must not be is not.</summary>
    public static void CheckOutcome(Verdict verdict, ApiResponse answer)
    {
        var error = (int)answer.Status < 400 ? (JsonElement?)null : answer.Json.TryGetProperty("error", out var envelope) ? envelope : answer.Json;
        CheckRefusal(verdict, error);
        if (verdict.Items.Count == 0 || error is not null)
        {
            return;
        }

        Assert.Equal(verdict.Items.Count, answer.Data.GetArrayLength());
        foreach (var (index, (item, result)) in verdict.Items.Zip(answer.Data.EnumerateArray()).Index())
        {
            Assert.Equal(index, result.GetProperty("index").GetInt32());
            Assert.Equal(result.GetProperty("status").GetInt32() >= 400, result.TryGetProperty("error", out var its));
            CheckRefusal(item, its.ValueKind is JsonValueKind.Undefined ? null : its);
        }
    }

    private static void CheckRefusal(Verdict verdict, JsonElement? error)
    {
        var code = error?.GetProperty("code").GetString();
        var isRefused = s_problems.Contains(code);
        if (verdict.Problems.Count > 0)
        {
            // A key may have been used before, by chance; that is looked at before the body is.
            Assert.True(isRefused || code is "IDEMPOTENCY_MISMATCH", $"It does not fit the document and is not refused for it:\n{string.Join('\n', verdict.Problems)}");
        }
        else if (verdict.Fits && isRefused)
        {
            var details = error!.Value.TryGetProperty("details", out var fields) || error.Value.TryGetProperty("errors", out fields) ? fields.EnumerateArray().Select(detail => detail.GetProperty("field").GetString()!).ToList() : [];
            Assert.True(
                details.Count > 0 && details.TrueForAll(field => verdict.MayBreak.Any(rule => field.StartsWith(rule.Field, StringComparison.Ordinal))),
                $"It fits the document and is refused: {error}");
        }
    }

    private void CheckHeaders(FuzzRequest request, ApiResponse answer)
    {
        var response = _schemas.Resolve(request.Operation.Responses.GetProperty($"{(int)answer.Status}"));
        foreach (var header in response.GetProperty("headers").EnumerateObject())
        {
            if (answer.Header(header.Name) is { } value)
            {
                var schema = _schemas.Resolve(header.Value).GetProperty("schema");
                var isNumber = schema.GetProperty("type").GetString() is "integer";
                Assert.Empty(_schemas.ProblemsOf(isNumber ? JsonSerializer.SerializeToElement(long.Parse(value, CultureInfo.InvariantCulture)) : JsonSerializer.SerializeToElement(value), schema, header.Name));
            }
            else
            {
                Assert.True(s_occasional.Contains(header.Name), $"It lacks {header.Name}.");
            }
        }

        if (request.Header("X-Request-Id") is { } sent)
        {
            Assert.Equal(RequestId().IsMatch(sent), answer.Header("X-Request-Id") == sent);
        }
    }

    /// <summary>The envelope or problem details, whichever the request asks for, and nothing else.</summary>
    private static void CheckError(FuzzRequest request, ApiResponse answer)
    {
        var asksForProblem = MediaTypeHeaderValue.TryParseList([request.Header("Accept") ?? ""], out var accepted) && accepted.Any(type => type.MediaType == Problem && type.Quality is not 0);
        if (asksForProblem)
        {
            Assert.StartsWith(Problem, answer.Header("Content-Type"), StringComparison.Ordinal);
            Assert.Equal(["type", "title", "status", "detail", "instance", "code"], Fields(answer.Json).Where(name => name is not "errors"));
            Assert.Equal((int)answer.Status, answer.Json.GetProperty("status").GetInt32());
            Assert.Equal(answer.Header("X-Request-Id"), answer.Json.GetProperty("instance").GetString());
            return;
        }

        Assert.Equal("application/json; charset=utf-8", answer.Header("Content-Type"));
        Assert.Equal(["error"], Fields(answer.Json));
        var error = answer.Json.GetProperty("error");
        Assert.Equal(["code", "message"], Fields(error).Where(name => name is not "details"));
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.True(!error.TryGetProperty("details", out var details) || details.GetArrayLength() > 0, "Its details are empty.");
    }

    private static IEnumerable<string> Fields(JsonElement value) => value.EnumerateObject().Select(field => field.Name);

    [GeneratedRegex(@"^req_[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex RequestId();
}
