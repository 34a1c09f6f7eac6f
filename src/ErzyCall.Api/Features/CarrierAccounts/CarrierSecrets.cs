using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ErzyCall.Api.Platform.Secrets;

namespace ErzyCall.Api.Features.CarrierAccounts;

/// <summary>
/// The secrets of a carrier account: those that the carrier gave the operator, and the one that its callbacks are known by. They are stored
/// together, encrypted, and decrypted ones live no longer than the request that needs them.
/// </summary>
/// <param name="ApiKey">The key that orders are given with.</param>
/// <param name="PublicKey">The key that calls are hung up with, where the carrier has one for that.</param>
/// <param name="CallbackSecret">Our own secret, of which the token of each call's callbacks is made.</param>
internal sealed record CarrierSecrets(string ApiKey, string? PublicKey, string CallbackSecret)
{
    private const string Purpose = "carriers/secrets";

    /// <summary>
    /// New keys for an account. Calls may be under way when an account is connected again, so their callbacks stay known.
    /// </summary>
    public static CarrierSecrets Renew(CarrierAccount account, Encryption encryption, string apiKey, string? publicKey) =>
        new(apiKey, publicKey, Of(account, encryption)?.CallbackSecret ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Decrypts the secrets of an account; <c>null</c> when they are erased, or were not encrypted here.</summary>
    /// <exception cref="CryptographicException">They cannot be decrypted at this moment.</exception>
    public static CarrierSecrets? Of(CarrierAccount account, Encryption encryption)
    {
        try
        {
            return account.Secrets is null
                ? null
                : JsonSerializer.Deserialize<CarrierSecrets>(encryption.Decrypt(Purpose, account.Secrets));
        }
        catch (CryptographicException failure) when (failure.IsUnreadable())
        {
            return null;
        }
    }

    public string Encrypt(Encryption encryption) => encryption.Encrypt(Purpose, JsonSerializer.Serialize(this));

    /// <summary>
    /// The token by which callbacks about one call are known. Whoever learns it can speak about that call only.
    /// </summary>
    public string TokenOf(string call) => Base64Url.EncodeToString(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(CallbackSecret), Encoding.UTF8.GetBytes(call)));
}
