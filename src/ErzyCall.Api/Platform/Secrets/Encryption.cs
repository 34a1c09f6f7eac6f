using System.Collections.Concurrent;
using Microsoft.AspNetCore.DataProtection;

namespace ErzyCall.Api.Platform.Secrets;

/// <summary>
/// Encrypts what must not be read in the database, or changed by whoever it is given to, and decrypts it. Each kind of secret has a purpose
/// of its own, so that one in another's place is unreadable. What is stored stays readable only while its purpose is called what it was
/// called then.
/// </summary>
internal sealed class Encryption(IDataProtectionProvider keys)
{
    private readonly ConcurrentDictionary<string, IDataProtector> _protectors = new();

    /// <param name="purpose">What the secret is for, from the general to the particular: <c>cursor</c>, <c>room/kind</c>.</param>
    public string Encrypt(string purpose, string secret) => For(purpose).Protect(secret);

    /// <inheritdoc cref="Encrypt(string, string)"/>
    public byte[] Encrypt(string purpose, byte[] secret) => For(purpose).Protect(secret);

    /// <inheritdoc cref="Decrypt(string, byte[])"/>
    public string Decrypt(string purpose, string encrypted) => For(purpose).Unprotect(encrypted);

    /// <exception cref="System.Security.Cryptography.CryptographicException">It is nothing that was encrypted here for this purpose, if the
    /// failure <see cref="SecretsSetup.IsUnreadable"/>.</exception>
    public byte[] Decrypt(string purpose, byte[] encrypted) => For(purpose).Unprotect(encrypted);

    private IDataProtector For(string purpose) => _protectors.GetOrAdd(purpose, name => keys.CreateProtector(name.Split('/')));
}
