using ErzyCall.Api.Platform.Errors;

namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// The bytes of the request body, read once and kept for the length of the request: the idempotency step takes their fingerprint
/// before the handler parses them, and no transaction may be open while a client is still sending.
/// </summary>
internal static class RequestBody
{
    /// <summary>256 KiB: no single resource comes near it.</summary>
    public const int DefaultLimit = 256 * 1024;

    /// <summary>8 MiB, for the batch routes: a thousand items of a few KiB each.</summary>
    public const int BatchLimit = 8 * 1024 * 1024;

    /// <exception cref="ApiException"><c>PAYLOAD_TOO_LARGE</c>, or <c>INVALID_JSON</c> when the client stopped half-way.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<Kept>() is { } kept)
        {
            return kept.Bytes;
        }

        var limit = context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>()?.Bytes ?? DefaultLimit;
        if (context.Request.ContentLength > limit)
        {
            throw new ApiException(ApiError.PayloadTooLarge);
        }

        var bytes = await ReadToEndAsync(context, limit);
        context.Features.Set(new Kept(bytes));
        return bytes;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadToEndAsync(HttpContext context, int limit)
    {
        using var buffer = new MemoryStream((int)(context.Request.ContentLength ?? 1024));
        var chunk = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
            {
                buffer.Write(chunk.AsSpan(0, read));
                if (buffer.Length > limit)
                {
                    throw new ApiException(ApiError.PayloadTooLarge);
                }
            }
        }
        catch (BadHttpRequestException broken)
        {
            // Too large for Kestrel already; or it ended early, or came too slowly.
            throw new ApiException(
                broken.StatusCode == StatusCodes.Status413PayloadTooLarge ? ApiError.PayloadTooLarge : ApiError.InvalidJson("Request body did not arrive whole"));
        }

        return buffer.ToArray();
    }

    private sealed record Kept(ReadOnlyMemory<byte> Bytes);
}

/// <summary>Endpoint metadata: the route takes bodies of up to <paramref name="Bytes"/>.</summary>
internal sealed record BodyLimit(int Bytes)
{
    public static BodyLimit Batch { get; } = new(RequestBody.BatchLimit);
}
