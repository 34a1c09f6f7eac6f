using System.Security.Cryptography;
using System.Text;

namespace ErzyCall.Api.Features.WhatsApp.Meta;

/// <summary>Meta's signature: HMAC-SHA256 over the raw bytes of the body, keyed with the app secret.</summary>
internal static class CallbackSignature
{
    public const string Header = "X-Hub-Signature-256";

    private const string Prefix = "sha256=";

    public static string Of(ReadOnlySpan<byte> body, string appSecret) =>
        Prefix + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(appSecret), body));

    /// <summary>Whether a signature is that of the body. Hexadecimal digits may be of either case.</summary>
    public static bool IsValid(string? signature, ReadOnlySpan<byte> body, string appSecret)
    {
        if (signature is null
            || !signature.StartsWith(Prefix, StringComparison.Ordinal)
            || signature.Length != Prefix.Length + (2 * HMACSHA256.HashSizeInBytes))
        {
            return false;
        }

        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Convert.FromHexString(signature.AsSpan(Prefix.Length), given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, HMACSHA256.HashData(Encoding.UTF8.GetBytes(appSecret), body));
    }
}
