using System.Net;

namespace ErzyCall.Client;

/// <summary>The server has refused a request.</summary>
public sealed class ErzyCallException : Exception
{
    internal ErzyCallException(HttpStatusCode status, ErrorCode code, string message, IReadOnlyList<FieldError> details, string? requestId, TimeSpan? retryAfter, string? idempotencyKey)
        : base(details.Count == 0 ? message : $"{message} ({string.Join("; ", details.Select(static detail => $"{detail.Field}: {detail.Message}"))})") =>
        (Status, Code, Details, RequestId, RetryAfter, IdempotencyKey) = (status, code, details, requestId, retryAfter, idempotencyKey);

    /// <summary>What <see cref="Code"/> is when the answer is not the server's own, but that of something before it.</summary>
    public static ErrorCode Unreadable { get; } = new("UNREADABLE");

    /// <summary>The status: from 400 up, or another one with an answer that is not the server's.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>What went wrong, for programs. Take one that you do not know by its <see cref="Status"/>.</summary>
    public ErrorCode Code { get; }

    /// <summary>The fields at fault, by their JSON paths.</summary>
    public IReadOnlyList<FieldError> Details { get; }

    /// <summary>The id of the request, which leads to the server's log.</summary>
    public string? RequestId { get; }

    /// <summary>The time after which the request is worth sending again.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>
    /// The idempotency key of the request, if it had one: after a status from 500 up, or an answer that is not the server's, send it again
    /// with this.
    /// </summary>
    public string? IdempotencyKey { get; }
}

/// <summary>
/// The server has not answered: it cannot be reached, the connection broke, or it took too long. Whether it has done what was asked for is
/// not known. A POST with the same idempotency key finds out.
/// </summary>
public sealed class ErzyCallConnectionException : Exception
{
    internal ErzyCallConnectionException(string message, string? idempotencyKey, Exception cause)
        : base(message, cause) => IdempotencyKey = idempotencyKey;

    /// <summary>The idempotency key of the request, if it had one: send it again with this.</summary>
    public string? IdempotencyKey { get; }
}
