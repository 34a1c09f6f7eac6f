namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>
/// The finished request of an idempotency key. It is inserted by the transaction that made the resource, so it exists exactly when
/// the resource does; there is no such thing as a started one.
/// </summary>
internal sealed class IdempotencyRecord : IOwned
{
    public Id<Owner> OrganizationId { get; init; }

    /// <summary>With the organization the primary key: SHA-256 of what identifies the request.</summary>
    public byte[] RequestHash { get; init; } = [];

    /// <summary>SHA-256 of the raw body and the query string: what must be the same in a retry.</summary>
    public byte[] Fingerprint { get; init; } = [];

    public short Status { get; init; }

    public string? ContentType { get; init; }

    public string? Location { get; init; }

    /// <summary>The response body; encrypted when it <see cref="HoldsSecret"/>.</summary>
    public byte[] Body { get; init; } = [];

    public bool HoldsSecret { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }
}
