// Verifies a delivery without a library: .NET 8 and later.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

public static class Webhook
{
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(5);

    /// <param name="header">The value of a request header by its name, or null.</param>
    public static JsonDocument Verify(string secret, Func<string, string?> header, byte[] body)
    {
        var timestamp = header("webhook-timestamp") ?? "";
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - seconds) > s_tolerance.TotalSeconds)
        {
            throw new CryptographicException("webhook-timestamp is not of now");
        }

        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        if (key.Length < 24)
        {
            throw new CryptographicException("the secret is not set");
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes($"{header("webhook-id")}.{timestamp}."), .. body];
        var expected = Encoding.ASCII.GetBytes($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}");
        var given = (header("webhook-signature") ?? "").Split(' ').Select(Encoding.ASCII.GetBytes);
        return given.Any(signature => CryptographicOperations.FixedTimeEquals(signature, expected))
            ? JsonDocument.Parse(body)
            : throw new CryptographicException("webhook-signature is not ours");
    }
}
