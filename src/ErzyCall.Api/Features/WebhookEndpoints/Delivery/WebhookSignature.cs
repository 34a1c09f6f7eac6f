using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>
/// The headers by which a receiver knows that a delivery is ours and unchanged: our own over the raw body, and those of Standard Webhooks
/// over <c>id.timestamp.body</c>. While a secret is being rotated, both it and the one before it sign.
/// </summary>
internal static class WebhookSignature
{
    public const string Header = "X-Webhook-Signature";
    public const string PreviousHeader = "X-Webhook-Signature-Previous";
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string StandardHeader = "webhook-signature";

    /// <param name="secret">The newest secret.</param>
    /// <param name="previous">The secret before it, while it still signs.</param>
    /// <param name="webhookId">The event's id, the same on every attempt. It has no dot, as it is part of what is signed.</param>
    /// <param name="at">The time of this attempt; receivers refuse old ones.</param>
    public static IReadOnlyList<(string Name, string Value)> Headers(
        WebhookSecret secret, WebhookSecret? previous, string webhookId, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var timestamp = at.ToUnixTimeSeconds();
        List<(string Name, string Value)> headers =
        [
            (IdHeader, webhookId),
            (TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture)),
            (StandardHeader, Standard(secret, webhookId, timestamp, body)),
            (Header, OfBody(secret, body)),
        ];
        if (previous is not null)
        {
            headers[2] = (StandardHeader, $"{headers[2].Value} {Standard(previous, webhookId, timestamp, body)}");
            headers.Add((PreviousHeader, OfBody(previous, body)));
        }

        return headers;
    }

    /// <summary>The value of <see cref="Header"/>.</summary>
    public static string OfBody(WebhookSecret secret, ReadOnlySpan<byte> body) =>
        $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Text), body))}";

    /// <summary>One signature in <see cref="StandardHeader"/>.</summary>
    public static string Standard(WebhookSecret secret, string webhookId, long unixSeconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret.Bytes());
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{webhookId}.{unixSeconds}.")));
        hmac.AppendData(body);
        return $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
    }
}
