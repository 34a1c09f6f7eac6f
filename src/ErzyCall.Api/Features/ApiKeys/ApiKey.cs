using ErzyCall.Api.Features.Organizations;

namespace ErzyCall.Api.Features.ApiKeys;

/// <summary>The states of an API key.</summary>
internal static class ApiKeyStatus
{
    /// <summary>Requests with the key are taken.</summary>
    public const string Active = "active";

    /// <summary>The key is past its expiry: requests with it are 401 <c>KEY_EXPIRED</c>.</summary>
    public const string Expired = "expired";

    /// <summary>The key was revoked, for good: requests with it are 401 <c>KEY_REVOKED</c>.</summary>
    public const string Revoked = "revoked";

    public static IReadOnlyList<string> All { get; } = [Active, Expired, Revoked];
}

/// <summary>A key that programs authenticate with. Only the hash of its secret is stored.</summary>
internal sealed class ApiKey : IResource<ApiKey>
{
    /// <summary>
    /// The most active keys that an organization can make through the API. Each has a rate limit of its own, so with any number of keys
    /// there would be no limit.
    /// </summary>
    public const int MaxActive = 1_000;

    public static string IdPrefix => Caller.IdPrefix;

    public Id<ApiKey> Id { get; private init; }

    public Id<Owner> OrganizationId { get; private init; }

    public Organization Organization { get; private init; } = null!;

    public string Name { get; private init; } = "";

    /// <summary>SHA-256 of the secret. The secret has 256 random bits, so a slow or salted hash would protect nothing more.</summary>
    public byte[] SecretHash { get; private init; } = [];

    public string[] Scopes { get; private init; } = [];

    /// <summary>The most requests per minute.</summary>
    public int PerMinute { get; private init; }

    /// <summary>The most requests per hour.</summary>
    public int PerHour { get; private init; }

    public DateTimeOffset? ExpiresAt { get; private init; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>The time of the last request with the key, to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; private init; }

    public DateTimeOffset CreatedAt { get; private init; }

    public static ApiKey Create(
        Id<Owner> organizationId,
        string name,
        ApiKeySecret secret,
        IEnumerable<string> scopes,
        RateLimits limits,
        DateTimeOffset? expiresAt,
        DateTimeOffset now) => new()
        {
            Id = Id<ApiKey>.New(now),
            OrganizationId = organizationId,
            Name = name,
            SecretHash = secret.Hash(),
            Scopes = [.. scopes.Distinct(StringComparer.Ordinal)],
            PerMinute = limits.PerMinute,
            PerHour = limits.PerHour,
            ExpiresAt = expiresAt,
            CreatedAt = now,
        };

    /// <summary>The state of the key at a time: one of <see cref="ApiKeyStatus"/>.</summary>
    public string StatusAt(DateTimeOffset now) =>
        RevokedAt is not null ? ApiKeyStatus.Revoked : ExpiresAt <= now ? ApiKeyStatus.Expired : ApiKeyStatus.Active;

    /// <summary>
    /// Revokes the key from the next request on, on every copy of the server: none keeps keys in memory. Revoking again changes nothing.
    /// </summary>
    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;
}
