namespace ErzyCall.Api.Platform.Errors;

/// <summary>One field that was refused.</summary>
/// <param name="Field">The JSON path as the client wrote it (<c>tags[3]</c>, <c>optOut.reason</c>), or the name of a query parameter or
/// header.</param>
/// <param name="Message">The reason, or what would be accepted instead.</param>
internal sealed record FieldError(string Field, string Message);

/// <summary>
/// An error of the API, which is answered with a status from 400 up; no error body is made from anything else. Here are the errors that any
/// request can meet, one factory each; those of one feature stand with the feature. All of them are in the table of
/// <c>docs/api/errors.md</c>.
/// </summary>
/// <param name="Code">One of <see cref="ErrorCode"/>, or of those that a feature registers.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">The message for people. It never holds a type name, SQL, a stack trace or a secret.</param>
internal sealed record ApiError(string Code, int Status, string Message)
{
    /// <summary>The fields at fault, or <c>null</c> when no field is.</summary>
    public IReadOnlyList<FieldError>? Details { get; private init; }

    /// <summary>Whole seconds after which the request is worth sending again; becomes <c>Retry-After</c>.</summary>
    public int? RetryAfterSeconds { get; private init; }

    public static ApiError Unauthorized { get; } =
        new(ErrorCode.Unauthorized, StatusCodes.Status401Unauthorized, "Missing or unknown API key");

    public static ApiError KeyRevoked { get; } = new(ErrorCode.KeyRevoked, StatusCodes.Status401Unauthorized, "API key has been revoked");

    public static ApiError KeyExpired { get; } = new(ErrorCode.KeyExpired, StatusCodes.Status401Unauthorized, "API key has expired");

    public static ApiError InvalidId { get; } = new(ErrorCode.InvalidId, StatusCodes.Status400BadRequest, "Malformed id");

    public static ApiError UnknownPath { get; } = new(ErrorCode.NotFound, StatusCodes.Status404NotFound, "No such path");

    public static ApiError MethodNotAllowed { get; } =
        new(ErrorCode.MethodNotAllowed, StatusCodes.Status405MethodNotAllowed, "Method not allowed on this path");

    public static ApiError PreconditionFailed { get; } =
        new(ErrorCode.PreconditionFailed, StatusCodes.Status412PreconditionFailed, "The resource has changed since it was read");

    public static ApiError PayloadTooLarge { get; } =
        new(ErrorCode.PayloadTooLarge, StatusCodes.Status413PayloadTooLarge, "Request body is too large");

    /// <summary>A request would store too much, however small its body: a batch can ask for much more than it says.</summary>
    public static ApiError StoresTooMuch(int mebibytes) =>
        new(
            ErrorCode.PayloadTooLarge,
            StatusCodes.Status413PayloadTooLarge,
            $"What the request would store is more than {mebibytes} MiB: send it in parts");

    public static ApiError UnsupportedMediaType { get; } =
        new(
            ErrorCode.UnsupportedMediaType,
            StatusCodes.Status415UnsupportedMediaType,
            "Request body must be uncompressed application/json in UTF-8");

    public static ApiError ServiceUnavailable { get; } =
        new(ErrorCode.ServiceUnavailable, StatusCodes.Status503ServiceUnavailable, "The service is temporarily unavailable")
        {
            RetryAfterSeconds = 5,
        };

    public static ApiError Internal { get; } =
        new(ErrorCode.InternalError, StatusCodes.Status500InternalServerError, "An unexpected error occurred");

    public static ApiError InsufficientScope(string scope) =>
        new(ErrorCode.InsufficientScope, StatusCodes.Status403Forbidden, $"API key lacks required scope: {scope}");

    public static ApiError InvalidJson(string message) =>
        new(ErrorCode.InvalidJson, StatusCodes.Status400BadRequest, message);

    public static ApiError Validation(string message, IReadOnlyList<FieldError> details) =>
        new(ErrorCode.ValidationError, StatusCodes.Status400BadRequest, message) { Details = details };

    public static ApiError NothingToChange { get; } =
        new(ErrorCode.ValidationError, StatusCodes.Status400BadRequest, "Request body must have at least one field to change");

    public static ApiError BodyIsNoObject { get; } =
        new(ErrorCode.ValidationError, StatusCodes.Status400BadRequest, "Request body must be a JSON object");

    public static ApiError InvalidBody(params IReadOnlyList<FieldError> details) => Validation("Invalid request body", details);

    public static ApiError InvalidQuery(params IReadOnlyList<FieldError> details) => Validation("Invalid query parameters", details);

    public static ApiError InvalidHeader(string header, string message) =>
        Validation("Invalid request header", [new FieldError(header, message)]);

    /// <summary>A body or filters with malformed ids, and with nothing else wrong.</summary>
    public static ApiError InvalidIds(IReadOnlyList<FieldError> details) => InvalidId with { Details = details };

    public static ApiError NotFound(string resource) =>
        new(ErrorCode.NotFound, StatusCodes.Status404NotFound, $"No such {resource}");

    public static ApiError Conflict(string message) =>
        new(ErrorCode.Conflict, StatusCodes.Status409Conflict, message);

    /// <summary>Another resource already has the value, which only one may have.</summary>
    public static ApiError Duplicate(FieldError field) => Conflict(field.Message) with { Details = [field] };

    public static ApiError InUse { get; } = Conflict("Other resources use this one");

    public static ApiError IdempotentRequestRunning { get; } =
        Conflict("A request with this Idempotency-Key is still running") with { RetryAfterSeconds = 1 };

    public static ApiError IdempotencyMismatch { get; } =
        new(ErrorCode.IdempotencyMismatch, StatusCodes.Status409Conflict, "This Idempotency-Key was used with another request body");

    public static ApiError InvalidState(string message) =>
        new(ErrorCode.InvalidState, StatusCodes.Status422UnprocessableEntity, message);

    public static ApiError NoRoom(int most, string what) => InvalidState($"An organization has at most {most} {what}");

    public static ApiError RateLimited(int retryAfterSeconds) =>
        new(ErrorCode.RateLimited, StatusCodes.Status429TooManyRequests, $"Rate limit exceeded. Retry after {retryAfterSeconds}s")
        {
            RetryAfterSeconds = retryAfterSeconds,
        };

    /// <summary>
    /// The organization already has as many batches running as it may. The code is that of the rate limits, which have nothing to do with
    /// it.
    /// </summary>
    public static ApiError TooManyBatches(int most) =>
        new(
            ErrorCode.RateLimited,
            StatusCodes.Status429TooManyRequests,
            $"An organization has at most {most} batches running at once. Retry after 1s")
        { RetryAfterSeconds = 1 };

    /// <summary>A request is not HTTP as this server takes it, so that nothing about it is known for sure.</summary>
    /// <param name="status">The status that the HTTP server chose for it.</param>
    public static ApiError Unreadable(int status) => new(ErrorCode.ValidationError, status, status switch
    {
        StatusCodes.Status408RequestTimeout => "Request line and headers did not arrive in time",
        StatusCodes.Status414UriTooLong => "Request line is too long",
        StatusCodes.Status431RequestHeaderFieldsTooLarge => "Request headers are too long or too many",
        StatusCodes.Status505HttpVersionNotsupported => "HTTP version is not supported",
        _ => "Malformed request",
    });

    /// <summary>
    /// The error for a status that the framework set without a body; <see cref="Internal"/> for one that it should never set.
    /// </summary>
    public static ApiError ForStatus(int status) => status switch
    {
        StatusCodes.Status400BadRequest => InvalidJson("Malformed request"),
        StatusCodes.Status401Unauthorized => Unauthorized,
        StatusCodes.Status404NotFound => UnknownPath,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        StatusCodes.Status412PreconditionFailed => PreconditionFailed,
        StatusCodes.Status413PayloadTooLarge => PayloadTooLarge,
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType,
        StatusCodes.Status503ServiceUnavailable => ServiceUnavailable,
        _ => Internal,
    };
}
