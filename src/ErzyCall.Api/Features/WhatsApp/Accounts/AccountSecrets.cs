using Microsoft.AspNetCore.DataProtection;

namespace ErzyCall.Api.Features.WhatsApp.Accounts;

/// <summary>What Meta gave the operator, encrypted.</summary>
internal sealed record ProtectedSecrets(string AccessToken, string AppSecret, string VerifyToken);

/// <summary>
/// Encrypts and decrypts an account's secrets, each kind under a purpose of its own, so that one in the wrong column is unreadable.
/// Decrypted ones live no longer than the request that needs them.
/// </summary>
internal sealed class AccountSecrets(IDataProtectionProvider dataProtection)
{
    private readonly IDataProtector _accessToken = dataProtection.CreateProtector("whatsapp", "access-token");
    private readonly IDataProtector _appSecret = dataProtection.CreateProtector("whatsapp", "app-secret");
    private readonly IDataProtector _verifyToken = dataProtection.CreateProtector("whatsapp", "verify-token");

    public ProtectedSecrets Protect(string accessToken, string appSecret, string verifyToken) =>
        new(_accessToken.Protect(accessToken), _appSecret.Protect(appSecret), _verifyToken.Protect(verifyToken));

    public string AccessTokenOf(WhatsAppAccount account) => _accessToken.Unprotect(account.AccessToken!);

    public string AppSecretOf(WhatsAppAccount account) => _appSecret.Unprotect(account.AppSecret!);

    public string VerifyTokenOf(WhatsAppAccount account) => _verifyToken.Unprotect(account.VerifyToken!);
}
