namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>
/// The finished request of an idempotency key. It is inserted by the transaction that made the resource, so it exists exactly when the
/// resource does; a request that has only begun has none.
/// </summary>
internal sealed class IdempotencyRecord : IOwned
{
    public Id<Owner> OrganizationId { get; init; }

    /// <summary>The SHA-256 of what identifies the request; with the organization, the primary key.</summary>
    public byte[] RequestHash { get; init; } = [];

    /// <summary>
    /// The SHA-256 of what must be the same in a retry: the raw body, the query string and, when the response holds a secret, the API key.
    /// </summary>
    public byte[] Fingerprint { get; init; } = [];

    public short Status { get; init; }

    public string? ContentType { get; init; }

    public string? Location { get; init; }

    /// <summary>The response body; encrypted when it <see cref="HoldsSecret"/>.</summary>
    public byte[] Body { get; init; } = [];

    public bool HoldsSecret { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}
