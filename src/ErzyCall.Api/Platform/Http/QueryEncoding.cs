using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.WebUtilities;

namespace ErzyCall.Api.Platform.Http;

/// <summary>
/// Refuses a query string whose percent-encoded bytes are not UTF-8, on every route: the framework would leave such bytes as they are
/// written or put U+FFFD for them, and the route would look for something that nobody asked for. (A method that a path does not have is
/// refused before.)
/// </summary>
internal sealed class QueryEncoding(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is RouteEndpoint)
        {
            foreach (var parameter in new QueryStringEnumerable(context.Request.QueryString.Value))
            {
                if (!IsUtf8(parameter.EncodedName.Span) || !IsUtf8(parameter.EncodedValue.Span))
                {
                    var name = parameter.DecodeName().ToString();
                    throw new ApiException(ApiError.InvalidQuery(new FieldError(name, "Must be percent-encoded UTF-8")));
                }
            }
        }

        return next(context);
    }

    private static bool IsUtf8(ReadOnlySpan<char> encoded)
    {
        var bytes = new List<byte>(encoded.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < encoded.Length;)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length && char.IsAsciiHexDigit(encoded[i + 1]) && char.IsAsciiHexDigit(encoded[i + 2]))
            {
                bytes.Add(Convert.FromHexString(encoded.Slice(i + 1, 2))[0]);
                i += 3;
                continue;
            }

            // Half a surrogate pair is decoded to nothing.
            if (Rune.DecodeFromUtf16(encoded[i..], out var rune, out var length) is not System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
            i += length;
        }

        return Utf8.IsValid(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
    }
}
