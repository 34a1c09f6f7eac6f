namespace ErzyCall.Client;

/// <summary>The keys of the organization.</summary>
public sealed class ApiKeysClient
{
    private readonly Transport _api;

    internal ApiKeysClient(Transport api) => _api = api;

    /// <summary>Makes a key. The answer has its secret, which is never shown again.</summary>
    public Task<ApiKeyWithSecret> CreateAsync(CreateApiKeyRequest key, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreateApiKey, Operations.CreateApiKey.Path, key, idempotencyKey, cancellationToken);

    /// <summary>The organization's keys, newest first, revoked and expired ones included.</summary>
    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.ListApiKeys, Operations.ListApiKeys.Path, query: null, cancellationToken);

    /// <summary>Revokes a key from the next request on, for good.</summary>
    public Task RevokeAsync(string keyId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Operations.RevokeApiKey, Operations.RevokeApiKey.At(keyId), cancellationToken);
}
