using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ErzyCall.Api.Platform.Errors;

/// <summary>An error as clients see it: inside of the envelope, or as what became of a batch's item.</summary>
internal sealed record ErrorBody(
    string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldError>? Details)
{
    public static ErrorBody Of(ApiError error) => new(error.Code, error.Message, error.Details);
}

/// <summary>The one place that renders an error: the envelope, or RFC 9457 problem details for a client that asks for them.</summary>
internal sealed class ErrorWriter(IOptions<JsonOptions> json)
{
    private const string ProblemMediaType = "application/problem+json";

    /// <summary>Where each code is explained; the problem type is this with the code as its fragment.</summary>
    private const string Documentation = "https://github.com/erzycall/erzycall/blob/main/docs/api/errors.md";

    public Task WriteAsync(HttpContext context, ApiError error)
    {
        var response = context.Response;
        response.StatusCode = error.Status;
        if (error.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return WantsProblemDetails(context.Request)
            ? response.WriteAsJsonAsync(Problem.Of(error, context.TraceIdentifier), json.Value.SerializerOptions, ProblemMediaType, context.RequestAborted)
            : response.WriteAsJsonAsync(new Envelope(ErrorBody.Of(error)), json.Value.SerializerOptions, context.RequestAborted);
    }

    private static bool WantsProblemDetails(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.Equals(ProblemMediaType, StringComparison.OrdinalIgnoreCase) && type.Quality is not 0);

    private sealed record Envelope(ErrorBody Error);

    private sealed record Problem(
        string Type,
        string Title,
        int Status,
        string Detail,
        string Instance,
        string Code,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldError>? Errors)
    {
        public static Problem Of(ApiError error, string requestId) => new(
            $"{Documentation}#{error.Code}",
            Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(error.Status),
            error.Status,
            error.Message,
            requestId,
            error.Code,
            error.Details);
    }
}
