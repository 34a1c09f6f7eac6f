
namespace ErzyCall.Api.Platform.Errors;

/// <summary>
/// What went wrong, for programs; the message beside it is for people and may change. Take a code that you do not know by the status of the
/// response: later versions may add some.
/// </summary>
internal static class ErrorCode
{
    /// <summary>401: the request has no API key, or one that the server does not know.</summary>
    public const string Unauthorized = "UNAUTHORIZED";

    /// <summary>401: the API key has been revoked. Use another.</summary>
    public const string KeyRevoked = "KEY_REVOKED";

    /// <summary>401: the API key is past its expiry. Use another.</summary>
    public const string KeyExpired = "KEY_EXPIRED";

    /// <summary>403: the API key lacks the scope that the message names.</summary>
    public const string InsufficientScope = "INSUFFICIENT_SCOPE";

    /// <summary>400: the body, the query, a header or a cursor is refused. Mend what <c>details</c> names.</summary>
    public const string ValidationError = "VALIDATION_ERROR";

    /// <summary>400: the body is not JSON in UTF-8, or is empty.</summary>
    public const string InvalidJson = "INVALID_JSON";

    /// <summary>400: an id is malformed, or is the id of another kind of resource.</summary>
    public const string InvalidId = "INVALID_ID";

    /// <summary>404: your organization has no such resource, or the server no such path.</summary>
    public const string NotFound = "NOT_FOUND";

    /// <summary>405: the path knows other methods, which <c>Allow</c> names.</summary>
    public const string MethodNotAllowed = "METHOD_NOT_ALLOWED";

    /// <summary>
    /// 409: there is such a resource already, or others use this one. With <c>Retry-After</c>: a request with the same
    /// <c>Idempotency-Key</c> is still running; send it again then.
    /// </summary>
    public const string Conflict = "CONFLICT";

    /// <summary>409: the <c>Idempotency-Key</c> was used with another body. A new request needs a new key.</summary>
    public const string IdempotencyMismatch = "IDEMPOTENCY_MISMATCH";

    /// <summary>412: the resource has changed since it was read. Read it again.</summary>
    public const string PreconditionFailed = "PRECONDITION_FAILED";

    /// <summary>413: the body is too large, or would store too much. Send it in parts.</summary>
    public const string PayloadTooLarge = "PAYLOAD_TOO_LARGE";

    /// <summary>415: the body is not uncompressed <c>application/json</c> in UTF-8.</summary>
    public const string UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE";

    /// <summary>422: what was asked for is not possible in the present state, which the message names.</summary>
    public const string InvalidState = "INVALID_STATE";

    /// <summary>429: too many requests, or too many batches at once. Wait for as many seconds as <c>Retry-After</c> says.</summary>
    public const string RateLimited = "RATE_LIMITED";

    /// <summary>500: a defect of the server. Report the <c>X-Request-Id</c> to whoever runs it.</summary>
    public const string InternalError = "INTERNAL_ERROR";

    /// <summary>
    /// 503: something that the server needs cannot be reached, or does not answer in time. Send the request again after
    /// <c>Retry-After</c>, a POST with the same <c>Idempotency-Key</c>.
    /// </summary>
    public const string ServiceUnavailable = "SERVICE_UNAVAILABLE";

    /// <summary>Every code that any request can meet. Features have some of their own, which they register.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Unauthorized,
        KeyRevoked,
        KeyExpired,
        InsufficientScope,
        ValidationError,
        InvalidJson,
        InvalidId,
        NotFound,
        MethodNotAllowed,
        Conflict,
        IdempotencyMismatch,
        PreconditionFailed,
        PayloadTooLarge,
        UnsupportedMediaType,
        InvalidState,
        RateLimited,
        InternalError,
        ServiceUnavailable,
    ];
}

internal static class ErrorCodeSetup
{
    /// <summary>Registers codes of features: the constants of a static class.</summary>
    public static void AddErrorCodes(this IServiceCollection services, Type codes) =>
        services.AddSingleton(new EnumerationPart(typeof(ErrorCode), codes));
}
