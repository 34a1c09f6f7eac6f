using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.KeyManagement.Internal;

namespace ErzyCall.Api.Platform.Secrets;

/// <summary>
/// The keys of <see cref="KeyStore"/> as this copy of the server knows them. One key is made for good: a new one every ninety days, which
/// is the framework's way, would lie in the same table as the old one and protect nothing more, and copies that make theirs at the same
/// time could not read each other. A key that is not known here is one that another copy has made: the keys are read again before that is a
/// failure.
/// </summary>
internal sealed class KeyRing(IKeyManager manager, TimeProvider clock) : IKeyRingProvider
{
    /// <summary>The lifetime of a key, which the framework asks for; nothing looks at it.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(365 * 100);

    private readonly Lock _reading = new();
    private volatile Keys? _keys;

    public IKeyRing GetCurrentKeyRing() => _keys ?? ReadAfter(known: null);

    /// <summary>
    /// The keys that are stored now. Of many callers that have missed a key in the same <paramref name="known"/> ones, only one reads.
    /// </summary>
    private Keys ReadAfter(Keys? known)
    {
        lock (_reading)
        {
            if (_keys is null || ReferenceEquals(_keys, known))
            {
                _keys = Read();
            }

            return _keys;
        }
    }

    private Keys Read()
    {
        var stored = manager.GetAllKeys();
        if (stored.Count == 0)
        {
            var now = clock.GetUtcNow();
            manager.CreateNewKey(now, now + s_lifetime);

            // Another copy may have been faster, and then its key is the one that is kept.
            stored = manager.GetAllKeys();
        }

        return new Keys(this, stored);
    }

    /// <summary>The keys of one reading. Databases of earlier versions have several: the newest encrypts, all decrypt.</summary>
    private sealed class Keys : IKeyRing
    {
        private readonly KeyRing _ring;
        private readonly Dictionary<Guid, (Lazy<IAuthenticatedEncryptor?> Encryptor, bool IsRevoked)> _keys;

        public Keys(KeyRing ring, IReadOnlyCollection<IKey> stored)
        {
            _ring = ring;
            _keys = stored.ToDictionary(key => key.KeyId, key => (new Lazy<IAuthenticatedEncryptor?>(key.CreateEncryptor), key.IsRevoked));
            DefaultKeyId = stored
                .Where(key => !key.IsRevoked)
                .OrderByDescending(key => key.CreationDate).ThenByDescending(key => key.KeyId)
                .First().KeyId;
        }

        public Guid DefaultKeyId { get; }

        public IAuthenticatedEncryptor? DefaultAuthenticatedEncryptor => _keys[DefaultKeyId].Encryptor.Value;

        public IAuthenticatedEncryptor? GetAuthenticatedEncryptorByKeyId(Guid keyId, out bool isRevoked)
        {
            var known = _keys.TryGetValue(keyId, out var key) || _ring.ReadAfter(this)._keys.TryGetValue(keyId, out key);
            isRevoked = known && key.IsRevoked;
            return known ? key.Encryptor.Value : null;
        }
    }
}
