using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ErzyCall.Client;

/// <summary>A request to a webhook endpoint is not from the server that has its secret, or is too old.</summary>
public sealed class WebhookVerificationException : Exception
{
    internal WebhookVerificationException(string message)
        : base(message)
    {
    }
}

/// <summary>What the server sends to webhook endpoints.</summary>
public static class ErzyCallWebhook
{
    private const string IdHeader = "webhook-id";
    private const string TimestampHeader = "webhook-timestamp";
    private const string SignatureHeader = "webhook-signature";

    /// <summary>The length of the shortest key that is one, in bytes. (The server's have 32; Standard Webhooks asks for 24 at least.)</summary>
    private const int MinKey = 24;

    /// <summary>By how much a request's time may differ from the clock of this machine.</summary>
    public static TimeSpan DefaultTolerance { get; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Reads a request to a webhook endpoint after it has made sure that it is what the server has sent. An event may come more than once:
    /// its id is the header <c>webhook-id</c>.
    /// </summary>
    /// <param name="body">The raw body, to the byte: what a framework has read and written anew has another signature.</param>
    /// <param name="header">The value of a header by its name, whatever its case: <c>name =&gt; request.Headers[name]</c>.</param>
    /// <param name="secret">The secret of the endpoint, <c>whsec_…</c>; while it is being changed, the old or the new one.</param>
    /// <param name="tolerance">By how much the request's time may differ from the clock: <see cref="DefaultTolerance"/> unless you say otherwise.</param>
    /// <param name="clock">The clock: the machine's unless you say otherwise.</param>
    /// <exception cref="WebhookVerificationException">It is not what the server has sent, or too old: answer 400.</exception>
    public static WebhookPayload Read(ReadOnlySpan<byte> body, Func<string, string?> header, string secret, TimeSpan? tolerance = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(secret);
        if ((header(IdHeader), header(TimestampHeader), header(SignatureHeader)) is not ({ Length: > 0 } id, { Length: > 0 } timestamp, { Length: > 0 } signatures))
        {
            throw new WebhookVerificationException("The request has no signature");
        }

        var now = (clock ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds();
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(now - seconds) > (tolerance ?? DefaultTolerance).TotalSeconds)
        {
            throw new WebhookVerificationException("The request is too old, or this clock is wrong");
        }

        var expected = SignatureOf(body, id, timestamp, secret);
        if (!signatures.Split(' ').Any(signature => IsSignature(signature, expected)))
        {
            throw new WebhookVerificationException("The signature is not that of this secret");
        }

        try
        {
            return JsonSerializer.Deserialize(body, ErzyCallJson.Api.WebhookPayload) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new WebhookVerificationException("The body is no event");
        }
    }

    /// <summary>The headers with which the server sends a body, to try a receiver with.</summary>
    /// <param name="body">The body, to the byte.</param>
    /// <param name="eventType">The event's name, such as <c>call.ended</c>.</param>
    /// <param name="webhookId">The event's id, <c>evt_…</c>.</param>
    /// <param name="secret">The secret of the endpoint, <c>whsec_…</c>.</param>
    /// <param name="at">The time of sending.</param>
    /// <exception cref="WebhookVerificationException">The secret is none.</exception>
    public static IReadOnlyDictionary<string, string> Sign(ReadOnlySpan<byte> body, string eventType, string webhookId, string secret, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new Dictionary<string, string>
        {
            ["X-Webhook-Event"] = eventType,
            [IdHeader] = webhookId,
            [TimestampHeader] = timestamp,
            [SignatureHeader] = $"v1,{Convert.ToBase64String(SignatureOf(body, webhookId, timestamp, secret))}",
#pragma warning disable CA1308 // It is sent in small letters.
            ["X-Webhook-Signature"] = $"sha256={Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)).ToLowerInvariant()}",
#pragma warning restore CA1308
        };
    }

    private static byte[] SignatureOf(ReadOnlySpan<byte> body, string id, string timestamp, string secret) =>
        HMACSHA256.HashData(KeyOf(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body]);

    private static byte[] KeyOf(string secret)
    {
        byte[] key;
        try
        {
            key = Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret["whsec_".Length..] : secret);
        }
        catch (FormatException)
        {
            throw new WebhookVerificationException("The secret is not base 64");
        }

        // Whoever forgets to set it must not let everybody in.
        return key.Length >= MinKey ? key : throw new WebhookVerificationException("The secret is too short to be one");
    }

    private static bool IsSignature(string text, byte[] expected)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return text.StartsWith("v1,", StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[3..], given, out var length)
            && CryptographicOperations.FixedTimeEquals(given[..length], expected);
    }
}
