using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace ErzyCall.Api.Platform.Json;

/// <summary>
/// Escapes text exactly as JavaScript's <c>JSON.stringify</c> does: the quote, the backslash and control characters below U+0020,
/// and nothing else. (Half a surrogate pair cannot be in it: requests that bring one are refused.) A receiver that parses and
/// re-stringifies an event gets the bytes that were signed.
/// </summary>
internal sealed class StringifyEncoder : JavaScriptEncoder
{
    public static StringifyEncoder Instance { get; } = new();

    // The longest form of one scalar value: a \uXXXX escape.
    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < 0x20 or '"' or '\\' || !Rune.IsValid(unicodeScalar);

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var rest = new ReadOnlySpan<char>(text, textLength);
        for (var i = 0; i < textLength;)
        {
            if (Rune.DecodeFromUtf16(rest[i..], out var rune, out var length) != OperationStatus.Done || WillEncode(rune.Value))
            {
                return i;
            }

            i += length;
        }

        return -1;
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var output = new Span<char>(buffer, bufferLength);
        if (!WillEncode(unicodeScalar))
        {
            return new Rune(unicodeScalar).TryEncodeToUtf16(output, out numberOfCharactersWritten);
        }

        var escape = unicodeScalar switch
        {
            '"' => "\\\"",
            '\\' => @"\\",
            '\b' => @"\b",
            '\f' => @"\f",
            '\n' => @"\n",
            '\r' => @"\r",
            '\t' => @"\t",
            _ => $"\\u{unicodeScalar:x4}",
        };
        numberOfCharactersWritten = escape.Length;
        return escape.TryCopyTo(output);
    }
}
