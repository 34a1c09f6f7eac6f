
namespace ErzyCall.Api.Features.ApiKeys;

/// <summary>A key as it is shown: never with its secret.</summary>
/// <param name="Name">What lists call the key. Several keys may have the same name.</param>
/// <param name="Scopes">What the key may do. <c>*</c> is everything; a <c>:write</c> does not include its <c>:read</c>.</param>
/// <param name="Status">Whether requests with the key are taken. A key that was revoked stays so past its expiry.</param>
/// <param name="ExpiresAt">The time from which on requests with the key are refused; <c>null</c> when it never expires.</param>
/// <param name="LastUsedAt">The time of the last request with the key, up to a minute behind; <c>null</c> until there is one.</param>
[Example(ApiKeyExamples.Used)]
internal sealed record ApiKeyResponse(
    Id<ApiKey> Id,
    string Name,
    [property: OneOf(typeof(Scopes))] IReadOnlyList<string> Scopes,
    [property: OneOf(typeof(ApiKeyStatus))] string Status,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset CreatedAt)
{
    public static ApiKeyResponse Of(ApiKey key, DateTimeOffset now) =>
        new(key.Id, key.Name, key.Scopes, key.StatusAt(now), key.ExpiresAt, key.LastUsedAt, key.CreatedAt);
}

/// <summary>A key that has just been made, with its secret: shown here and never again.</summary>
/// <inheritdoc cref="ApiKeyResponse"/>
/// <param name="Secret">The key itself, to be sent as <c>X-API-Key</c>. Keep it where nobody else reads it.</param>
[Example(ApiKeyExamples.New)]
[SchemaName("ApiKeyWithSecret")]
internal sealed record CreatedApiKeyResponse(
    Id<ApiKey> Id,
    string Name,
    [property: OneOf(typeof(Scopes))] IReadOnlyList<string> Scopes,
    [property: OneOf(typeof(ApiKeyStatus))] string Status,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset CreatedAt,
    string Secret)
{
    public static CreatedApiKeyResponse Of(ApiKey key, ApiKeySecret secret, DateTimeOffset now) =>
        new(key.Id, key.Name, key.Scopes, key.StatusAt(now), key.ExpiresAt, key.LastUsedAt, key.CreatedAt, secret.Text);
}
