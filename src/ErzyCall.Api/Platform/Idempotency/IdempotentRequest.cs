using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;

namespace ErzyCall.Api.Platform.Idempotency;

/// <summary>What makes two requests the same one: organization, key, method and path; and what must then be the same too: the body and the query.</summary>
/// <param name="Hash">SHA-256 of what identifies the request.</param>
/// <param name="Fingerprint">SHA-256 of the raw body and the query string.</param>
internal sealed record IdempotentRequest(Caller Caller, byte[] Hash, byte[] Fingerprint)
{
    public const string Header = "Idempotency-Key";

    public const int MaxKeyLength = 255;

    /// <summary>The advisory lock that only one request at a time holds. Two requests that share 64 bits of SHA-256 by chance merely wait for each other.</summary>
    public long LockId => BinaryPrimitives.ReadInt64LittleEndian(Hash);

    /// <param name="answersWithSecret">
    /// Then the API key that asked is part of what must be the same: a secret is replayed only to the key that it was shown to, which another key
    /// of the organization may not outrank.
    /// </param>
    public static IdempotentRequest Of(Caller caller, string key, HttpRequest request, ReadOnlySpan<byte> body, bool answersWithSecret)
    {
        // Routing ignores case and a trailing slash, so they make no other path.
        var path = request.Path.Value!.TrimEnd('/').ToUpperInvariant();
        var identity = SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.OrganizationId}\n{key}\n{request.Method}\n{path}"));

        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        content.AppendData(SHA256.HashData(body));
        content.AppendData(Encoding.UTF8.GetBytes(request.QueryString.Value is ['?', .. var query] ? query : ""));
        if (answersWithSecret)
        {
            content.AppendData(caller.KeyId.Value.ToByteArray());
        }

        return new IdempotentRequest(caller, identity, content.GetHashAndReset());
    }

    /// <summary>
    /// The key of a request, or <c>null</c> when it has none. The quoted form of the IETF draft (a structured-field string) means the key without its quotes.
    /// </summary>
    /// <exception cref="ApiException"><c>VALIDATION_ERROR</c>.</exception>
    public static string? KeyOf(HttpRequest request)
    {
        var values = request.Headers[Header];
        if (values.Count == 0)
        {
            return null;
        }

        var key = values is [{ } sent] ? (sent.StartsWith('"') ? Unquote(sent) : sent) : null;
        return key is { Length: > 0 and <= MaxKeyLength } && key.All(character => character is >= ' ' and <= '~')
            ? key
            : throw new ApiException(ApiError.InvalidHeader(Header, $"Must be one key of 1 to {MaxKeyLength} printable ASCII characters"));
    }

    // RFC 9651, 3.3.3: inside the quotes only the quote and the backslash are escaped.
    private static string? Unquote(string text)
    {
        var key = new StringBuilder(text.Length);
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    return i == text.Length - 1 ? key.ToString() : null;
                case '\\' when i + 1 < text.Length && text[i + 1] is '"' or '\\':
                    key.Append(text[++i]);
                    break;
                case '\\':
                    return null;
                default:
                    key.Append(text[i]);
                    break;
            }
        }

        return null;
    }
}
