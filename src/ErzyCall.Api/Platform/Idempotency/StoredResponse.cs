using System.Security.Cryptography;

namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>A finished response as it is stored for replays, byte for byte.</summary>
/// <param name="Fingerprint">The fingerprint of the request that it answered.</param>
/// <param name="ExpiresAt">The time from which the key is free again.</param>
internal sealed record StoredResponse(
    byte[] Fingerprint, DateTimeOffset ExpiresAt, int Status, string? ContentType, string? Location, byte[] Body)
{
    public static StoredResponse Of(IdempotentRequest request, Outcome outcome, DateTimeOffset expiresAt) =>
        new(request.Fingerprint, expiresAt, outcome.Status, outcome.ContentType, outcome.Location, outcome.Body);

    /// <exception cref="ApiException">
    /// <c>IDEMPOTENCY_MISMATCH</c> when another request than <paramref name="request"/> was answered.
    /// </exception>
    public Outcome ReplayTo(IdempotentRequest request) =>
        CryptographicOperations.FixedTimeEquals(Fingerprint, request.Fingerprint)
            ? new Outcome(Status, ContentType, Location, Body, IsKept: true) { IsReplay = true }
            : throw new ApiException(ApiError.IdempotencyMismatch);
}
