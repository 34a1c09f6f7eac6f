using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

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

    /// <exception cref="ApiException">
    /// <c>UNSUPPORTED_MEDIA_TYPE</c> when it is compressed, <c>PAYLOAD_TOO_LARGE</c>, or <c>INVALID_JSON</c> when the client stopped
    /// half-way.
    /// </exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<Kept>() is { } kept)
        {
            return kept.Bytes;
        }

        // A compressed body is not inflated, since a few KiB may become any number of GiB, and not read as it is, since its bytes are not
        // what the client means.
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false } && IsEncoded(context.Request))
        {
            throw new ApiException(ApiError.UnsupportedMediaType);
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

    /// <summary>The body as text in UTF-8: without the byte order mark that some systems put before it.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadTextAsync(HttpContext context)
    {
        var bytes = await ReadAsync(context);
        return bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
    }

    private static bool IsEncoded(HttpRequest request) =>
        !IsNothingBut(request.Headers.ContentEncoding, "identity") || !IsNothingBut(request.Headers.TransferEncoding, "chunked");

    private static bool IsNothingBut(StringValues codings, string coding) =>
        codings.Count == 0 || codings is [{ } only] && only.Equals(coding, StringComparison.OrdinalIgnoreCase);

    private static async Task<ReadOnlyMemory<byte>> ReadToEndAsync(HttpContext context, int limit)
    {
        // The buffer grows with what comes: a client that announces 8 MiB and sends a byte costs a byte.
        using var buffer = new MemoryStream();
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
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new ApiException(ApiError.PayloadTooLarge);
        }
        catch (IOException)
        {
            // It ended early, came too slowly or in malformed chunks, or the client reset its connection. Whatever it was, it was the
            // client's doing.
            throw new ApiException(ApiError.InvalidJson("Request body did not arrive whole"));
        }

        return buffer.ToArray();
    }

    private sealed record Kept(ReadOnlyMemory<byte> Bytes);
}

/// <summary>Endpoint metadata: the route takes bodies of up to <paramref name="Bytes"/>.</summary>
internal sealed record BodyLimit(int Bytes)
{
    public static BodyLimit Batch { get; } = new(RequestBody.BatchLimit) { IsBatch = true };

    /// <summary>Whether such a body makes many resources at once.</summary>
    public bool IsBatch { get; private init; }
}
