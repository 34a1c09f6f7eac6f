using System.Text;

namespace ErzyCall.Api.Platform.Idempotency.Http;

/// <summary>An <see cref="IdempotentRequest"/> as HTTP brings it: its key is a header, its operation the method and the path.</summary>
internal static class KeyedHttpRequest
{
    public const string Header = "Idempotency-Key";

    public const int MaxKeyLength = 255;

    /// <summary>The operation of a route. Routing ignores case and a slash at the end, so they make no other path.</summary>
    public static string Operation(string method, string path) => $"{method}\n{path.TrimEnd('/').ToUpperInvariant()}";

    public static IdempotentRequest Of(Caller caller, string key, HttpRequest request, ReadOnlySpan<byte> body, bool answersWithSecret) =>
        IdempotentRequest.Of(
            caller,
            key,
            Operation(request.Method, request.Path.Value!),
            body,
            request.QueryString.Value is ['?', .. var query] ? query : "",
            answersWithSecret);

    /// <summary>
    /// The key of a request, or <c>null</c> when it has none. The quoted form of the IETF draft (a structured-field string) means the key
    /// without its quotes.
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
