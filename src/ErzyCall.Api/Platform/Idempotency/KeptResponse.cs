using System.Security.Cryptography;
using ErzyCall.Api.Platform.Errors;

namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>A finished response as it is kept for replays, byte for byte.</summary>
/// <param name="Fingerprint">Of the request that it answered.</param>
/// <param name="ExpiresAt">From then on the key is free again.</param>
internal sealed record KeptResponse(byte[] Fingerprint, DateTimeOffset ExpiresAt, int Status, string? ContentType, string? Location, byte[] Body)
{
    /// <exception cref="ApiException"><c>IDEMPOTENCY_MISMATCH</c> when <paramref name="request"/> is not the one that was answered.</exception>
    public async Task ReplayAsync(IdempotentRequest request, HttpResponse response)
    {
        if (!CryptographicOperations.FixedTimeEquals(Fingerprint, request.Fingerprint))
        {
            throw new ApiException(ApiError.IdempotencyMismatch);
        }

        response.Headers["Idempotent-Replayed"] = "true";
        response.StatusCode = Status;
        response.ContentType = ContentType;
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        await WriteBodyAsync(response);
    }

    public async Task WriteBodyAsync(HttpResponse response)
    {
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body, response.HttpContext.RequestAborted);
    }
}
