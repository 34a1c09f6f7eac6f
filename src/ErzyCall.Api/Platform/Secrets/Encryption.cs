using System.Collections.Concurrent;
using Microsoft.AspNetCore.DataProtection;

namespace ErzyCall.Api.Platform.Secrets;

/// <summary>
/// Encrypts and decrypts what must not be read in the database, or changed by whoever it is given to. Each kind of secret has a purpose of
/// its own, so that a secret in the place of another kind is unreadable. What is stored stays readable only as long as its purpose keeps
/// its name.
/// </summary>
internal sealed class Encryption(IDataProtectionProvider keys)
{
    private readonly ConcurrentDictionary<string, IDataProtector> _protectors = new();

    /// <param name="purpose">The purpose of the secret, from the general to the particular: <c>cursor</c>, <c>room/kind</c>.</param>
    public string Encrypt(string purpose, string secret) => For(purpose).Protect(secret);

    /// <inheritdoc cref="Encrypt(string, string)"/>
    public byte[] Encrypt(string purpose, byte[] secret) => For(purpose).Protect(secret);

    /// <inheritdoc cref="Decrypt(string, byte[])"/>
    public string Decrypt(string purpose, string encrypted) => For(purpose).Unprotect(encrypted);

    /// <exception cref="System.Security.Cryptography.CryptographicException">
    /// It cannot be decrypted. If the failure <see cref="SecretsSetup.IsUnreadable"/>, it was not encrypted here for this purpose.
    /// </exception>
    public byte[] Decrypt(string purpose, byte[] encrypted) => For(purpose).Unprotect(encrypted);

    private IDataProtector For(string purpose) => _protectors.GetOrAdd(purpose, name => keys.CreateProtector(name.Split('/')));
}
