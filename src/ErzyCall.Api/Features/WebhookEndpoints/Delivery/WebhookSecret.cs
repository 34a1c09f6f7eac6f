using System.Security.Cryptography;
using ErzyCall.Api.Platform.Secrets;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>
/// The secret that an endpoint's deliveries are signed with: <c>whsec_</c> and 32 random bytes in base 64. The text as a whole is the key
/// of <c>X-Webhook-Signature</c>; the bytes alone are that of the Standard Webhooks signature.
/// </summary>
internal sealed record WebhookSecret(string Text)
{
    private const string Purpose = "webhooks/secret";

    private const string Prefix = "whsec_";

    /// <summary>The length of the random part, in bytes: as long as the hash, where Standard Webhooks asks for 24 to 64.</summary>
    private const int RandomLength = 32;

    public static WebhookSecret Generate() => new(Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(RandomLength)));

    /// <summary>Encrypts the secret as it is stored.</summary>
    public string Encrypt(Encryption encryption) => encryption.Encrypt(Purpose, Text);

    /// <param name="stored">The secret as <see cref="Encrypt"/> has encrypted it.</param>
    public static WebhookSecret Decrypt(string stored, Encryption encryption) => new(encryption.Decrypt(Purpose, stored));

    /// <exception cref="FormatException">The text is not a secret.</exception>
    public byte[] Bytes() => Text.StartsWith(Prefix, StringComparison.Ordinal)
        ? Convert.FromBase64String(Text[Prefix.Length..])
        : throw new FormatException($"A webhook secret begins with '{Prefix}'.");

    /// <summary>Hides the secret, so that it never reaches a log line by accident.</summary>
    public override string ToString() => "whsec_…";
}
