using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ErzyCall.Api.Platform.Errors;

/// <summary>The one place that renders an error: the envelope, or RFC 9457 problem details for a client that asks for them.</summary>
internal sealed class ErrorWriter(IOptions<JsonOptions> json)
{
    public const string ProblemMediaType = "application/problem+json";

    public Task WriteAsync(HttpContext context, ApiError error)
    {
        var response = context.Response;
        response.StatusCode = error.Status;
        if (error.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return WantsProblemDetails(context.Request)
            ? response.WriteAsJsonAsync(
                Problem.Of(error, context.TraceIdentifier), json.Value.SerializerOptions, ProblemMediaType, context.RequestAborted)
            : response.WriteAsJsonAsync(ErrorEnvelope.Of(error), json.Value.SerializerOptions, context.RequestAborted);
    }

    /// <summary>The envelope as it goes out, for an answer that has no response stream.</summary>
    public byte[] Render(ApiError error) => JsonSerializer.SerializeToUtf8Bytes(ErrorEnvelope.Of(error), json.Value.SerializerOptions);

    private static bool WantsProblemDetails(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.Equals(ProblemMediaType, StringComparison.OrdinalIgnoreCase) && type.Quality is not 0);
}
