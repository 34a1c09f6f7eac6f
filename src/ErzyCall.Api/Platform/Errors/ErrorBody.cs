using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace ErzyCall.Api.Platform.Errors;

/// <summary>The body of every response from 400 up.</summary>
/// <param name="Error">What is wrong.</param>
internal sealed record ErrorEnvelope(ErrorBody Error)
{
    public static ErrorEnvelope Of(ApiError error) => new(ErrorBody.Of(error));
}

/// <summary>The error of a request, or of one item of a batch.</summary>
/// <param name="Code">The stable code that programs go by.</param>
/// <param name="Message">The message for people.</param>
/// <param name="Details">The fields at fault; present only when there are some.</param>
internal sealed record ErrorBody(
    [property: OneOf(typeof(ErrorCode))] string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldError>? Details)
{
    public static ErrorBody Of(ApiError error) => new(error.Code, error.Message, error.Details);
}

/// <summary>An error as RFC 9457 problem details, for a client that accepts them.</summary>
/// <param name="Type">The address at which the code is explained.</param>
/// <param name="Title">The HTTP status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">The message for people.</param>
/// <param name="Instance">The id of the request.</param>
/// <param name="Code">The stable code that programs go by.</param>
/// <param name="Errors">The fields at fault; present only when there are some.</param>
internal sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Instance,
    string Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldError>? Errors)
{
    /// <summary>The address of the explanations; the type of a problem is this with its code as the fragment.</summary>
    private const string Documentation = "https://github.com/erzycall/erzycall/blob/main/docs/api/errors.md";

    public static Problem Of(ApiError error, string requestId) => new(
        $"{Documentation}#{error.Code}",
        ReasonPhrases.GetReasonPhrase(error.Status),
        error.Status,
        error.Message,
        requestId,
        error.Code,
        error.Details);
}
