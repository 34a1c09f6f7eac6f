using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>One attempt at a delivery, as it goes out.</summary>
/// <param name="Type">The event's name: <c>call.ended</c>.</param>
/// <param name="WebhookId">The event's id: the same on every attempt and at every endpoint.</param>
/// <param name="Body">The body that <see cref="WebhookBody"/> made.</param>
/// <param name="Previous">The secret before this one, while it still signs.</param>
internal sealed record WebhookRequest(
    Uri Url, string Type, string WebhookId, ReadOnlyMemory<byte> Body, WebhookSecret Secret, WebhookSecret? Previous);

/// <summary>The answer to an attempt: either a status or an error. All of it may be shown to whoever owns the endpoint.</summary>
/// <param name="Body">The first 2 KiB of the answer as text that PostgreSQL can keep; <c>null</c> without an answer.</param>
/// <param name="RetryAfter">The time that the receiver asks for with a 429 or 503.</param>
internal sealed record WebhookAnswer(int? StatusCode, string? Error, TimeSpan Duration, string? Body, TimeSpan? RetryAfter)
{
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>Whether the receiver wants no more deliveries.</summary>
    public bool IsGone => StatusCode == (int)HttpStatusCode.Gone;
}

/// <summary>
/// Sends one delivery once. Whatever the receiver does, it takes at most <see cref="Limit"/> and a few KiB, and no redirect is followed.
/// The status decides as soon as it is there: a receiver that says 200 and then does not end its body has taken the delivery.
/// </summary>
internal sealed class WebhookSender(HttpClient http, TimeProvider clock)
{
    /// <summary>The header that tells the event's name.</summary>
    public const string EventHeader = "X-Webhook-Event";

    /// <summary>The time for the whole attempt, from the look-up of the name to the end of the answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The time for the body once the status is there: it decides nothing, and a receiver that drips it must not keep a place that others
    /// wait for.
    /// </summary>
    private static readonly TimeSpan s_bodyLimit = TimeSpan.FromSeconds(1);

    /// <summary>The length of what is kept of an answer, in bytes.</summary>
    public const int KeptBody = 2 * 1024;

    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    private static readonly string s_timedOut = string.Create(CultureInfo.InvariantCulture, $"Timed out after {Limit.TotalSeconds} s");

    public async Task<WebhookAnswer> SendAsync(WebhookRequest delivery)
    {
        var start = clock.GetTimestamp();
        using var limit = new CancellationTokenSource(Limit, clock);
        using var request = Request(delivery, clock.GetUtcNow());
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var left = Limit - clock.GetElapsedTime(start);
            limit.CancelAfter(TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, s_bodyLimit.Ticks)));
            var body = await StartOfAsync(response.Content, limit.Token);
            return new WebhookAnswer((int)response.StatusCode, Error: null, clock.GetElapsedTime(start), body, RetryAfterOf(response));
        }
        catch (Exception failure) when (Describe(failure, limit.IsCancellationRequested) is { } error)
        {
            return new WebhookAnswer(StatusCode: null, error, clock.GetElapsedTime(start), Body: null, RetryAfter: null);
        }
    }

    private static HttpRequestMessage Request(WebhookRequest delivery, DateTimeOffset now)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new ReadOnlyMemoryContent(delivery.Body) };
        request.Content.Headers.ContentType = s_json;

        // All headers are of our own making: parsing them would cost more than signing them.
        request.Headers.TryAddWithoutValidation("User-Agent", "ErzyCall-Webhooks/1.0");
        request.Headers.TryAddWithoutValidation(EventHeader, delivery.Type);
        var signed = WebhookSignature.Headers(delivery.Secret, delivery.Previous, delivery.WebhookId, now, delivery.Body.Span);
        foreach (var (name, value) in signed)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>
    /// Reads what has come of a body when <see cref="KeptBody"/> is full, the body ends or breaks off, or the time is over.
    /// </summary>
    private static async Task<string> StartOfAsync(HttpContent content, CancellationToken cancellationToken)
    {
        // One byte more tells a body that was cut from one that ends there.
        var buffer = new byte[KeptBody + 1];
        var length = 0;
        var ended = false;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            while (length < buffer.Length && !ended)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                length += read;
                ended = read == 0;
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            // The status has been heard.
        }

        // A character that the cut has split is left out; one that the receiver left unfinished is replaced like anything else that is not
        // UTF-8.
        var decoder = Encoding.UTF8.GetDecoder();
        var text = new char[Encoding.UTF8.GetMaxCharCount(length)];
        var written = decoder.GetChars(buffer.AsSpan(0, Math.Min(length, KeptBody)), text, flush: ended);
        return new string(text, 0, written).Replace("\0", "", StringComparison.Ordinal);
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
        {
            return null;
        }

        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }

    /// <summary>
    /// Describes a failure in words that tell an integrator what to mend and nothing of this server or its network; <c>null</c> for what is
    /// not the receiver's doing.
    /// </summary>
    private static string? Describe(Exception failure, bool timedOut)
    {
        if (timedOut)
        {
            return s_timedOut;
        }

        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case TargetRefusedException refused:
                    return refused.Message;
                case CertificateRefusedException refused:
                    return refused.Message;
                case AuthenticationException:
                    return "TLS: no secure connection could be agreed on";
                case TimeoutException:
                    return "Timed out connecting";
                case SocketException socket when Describe(socket.SocketErrorCode) is { } error:
                    return error;
            }
        }

        return failure switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "Answer is not HTTP",
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "Connection closed before the answer",
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "Headers of the answer are too long",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                "TLS: no secure connection could be agreed on",
            HttpRequestException or IOException => "Connection failed",
            _ => null,
        };
    }

    private static string? Describe(SocketError error) => error switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => "Host not found",
        SocketError.ConnectionRefused => "Connection refused",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "Connection closed before the answer",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown =>
            "Host cannot be reached",
        SocketError.TimedOut => "Timed out connecting",
        _ => null,
    };
}

/// <summary>The receiver's certificate is not accepted; the message says why.</summary>
internal sealed class CertificateRefusedException(SslPolicyErrors errors) : Exception(errors switch
{
    _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "TLS: no certificate was given",
    _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "TLS: certificate is not valid for this host",
    _ => "TLS: certificate is not trusted or has expired",
});
