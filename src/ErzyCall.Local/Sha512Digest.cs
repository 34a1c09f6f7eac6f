using System.Security.Cryptography;

namespace ErzyCall.Local;

/// <summary>A SHA-512, as 128 hexadecimal digits in lower case.</summary>
internal sealed record Sha512Digest(string Hex)
{
    // Subresource Integrity (https://www.w3.org/TR/sri-2/), which npm prints as `dist.integrity`.
    private const string SriPrefix = "sha512-";

    /// <summary>Gives <c>null</c> for what is neither hexadecimal nor <c>sha512-</c> with base64 behind it.</summary>
    public static Sha512Digest? TryParse(string text)
    {
        text = text.Trim();
        try
        {
            var bytes = text.StartsWith(SriPrefix, StringComparison.Ordinal)
                ? Convert.FromBase64String(text[SriPrefix.Length..])
                : Convert.FromHexString(text);
            return bytes.Length == SHA512.HashSizeInBytes ? new Sha512Digest(Convert.ToHexStringLower(bytes)) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public static async Task<Sha512Digest> OfAsync(Stream content, CancellationToken cancellationToken) =>
        new(Convert.ToHexStringLower(await SHA512.HashDataAsync(content, cancellationToken)));

    /// <summary>The form that npm prints.</summary>
    public override string ToString() => SriPrefix + Convert.ToBase64String(Convert.FromHexString(Hex));
}
