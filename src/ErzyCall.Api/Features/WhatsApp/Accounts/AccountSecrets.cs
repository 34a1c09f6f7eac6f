using ErzyCall.Api.Platform.Secrets;

namespace ErzyCall.Api.Features.WhatsApp.Accounts;

/// <summary>
/// The secrets that Meta gave the operator, encrypted: each kind for a purpose of its own. Decrypted ones live no longer than the request
/// that needs them.
/// </summary>
internal sealed record AccountSecrets(string AccessToken, string AppSecret, string VerifyToken)
{
    private const string AccessTokenPurpose = "whatsapp/access-token";
    private const string AppSecretPurpose = "whatsapp/app-secret";
    private const string VerifyTokenPurpose = "whatsapp/verify-token";

    public static AccountSecrets Encrypt(string accessToken, string appSecret, string verifyToken, Encryption encryption) => new(
        encryption.Encrypt(AccessTokenPurpose, accessToken),
        encryption.Encrypt(AppSecretPurpose, appSecret),
        encryption.Encrypt(VerifyTokenPurpose, verifyToken));

    public static string AccessTokenOf(WhatsAppAccount account, Encryption encryption) =>
        encryption.Decrypt(AccessTokenPurpose, account.AccessToken!);

    public static string AppSecretOf(WhatsAppAccount account, Encryption encryption) =>
        encryption.Decrypt(AppSecretPurpose, account.AppSecret!);

    public static string VerifyTokenOf(WhatsAppAccount account, Encryption encryption) =>
        encryption.Decrypt(VerifyTokenPurpose, account.VerifyToken!);
}
