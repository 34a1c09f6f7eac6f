using ErzyCall.Api.Platform.Json;
using FluentValidation;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>Reads a request from JSON, wherever that comes from: strictly and validated, with all field errors reported at once.</summary>
internal sealed class RequestReader<T>(IOptions<JsonOptions> json, IValidator<T> validator)
    where T : class
{
    /// <exception cref="ApiException"><c>INVALID_JSON</c>, <c>INVALID_ID</c> or <c>VALIDATION_ERROR</c>.</exception>
    public T Read(ReadOnlySpan<byte> text)
    {
        var request = ReadShape(text);
        return ProblemOf(request) is { } problem ? throw new ApiException(problem) : request;
    }

    /// <summary>Reads a request without judging its fields.</summary>
    /// <inheritdoc cref="Read"/>
    public T ReadShape(ReadOnlySpan<byte> text) => StrictJson.Read<T>(text, json.Value.SerializerOptions);

    /// <summary>The error of a request whose fields are not as they may be; <c>null</c> when they are.</summary>
    public ApiError? ProblemOf(T request) =>
        validator.Validate(request) is { IsValid: false } result ? FieldErrors.ForBody(result.Errors) : null;
}
