using ErzyCall.Api.Platform.OpenApi;

namespace ErzyCall.Api.Features.ApiKeys;

/// <summary>A key as it is shown: never with its secret.</summary>
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
