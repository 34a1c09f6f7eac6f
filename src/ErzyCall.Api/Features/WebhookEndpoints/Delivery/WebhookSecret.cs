using System.Security.Cryptography;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>
/// What an endpoint's deliveries are signed with: <c>whsec_</c> and 32 random bytes in base 64. The text as a whole is the key of <c>X-Webhook-Signature</c>;
/// the bytes alone are that of the Standard Webhooks signature.
/// </summary>
internal sealed record WebhookSecret(string Text)
{
    private const string Prefix = "whsec_";

    /// <summary>In bytes, as long as the hash: Standard Webhooks asks for 24 to 64.</summary>
    private const int RandomLength = 32;

    public static WebhookSecret Generate() => new(Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(RandomLength)));

    /// <exception cref="FormatException">The text is not a secret.</exception>
    public byte[] Bytes() => Text.StartsWith(Prefix, StringComparison.Ordinal)
        ? Convert.FromBase64String(Text[Prefix.Length..])
        : throw new FormatException($"A webhook secret begins with '{Prefix}'.");

    /// <summary>A secret never reaches a log line by accident.</summary>
    public override string ToString() => "whsec_…";
}
