using System.Buffers;

namespace ErzyCall.Api.Platform.Ids;

/// <summary>
/// The TypeID text form of a UUID: <c>prefix_</c> and 26 characters of lower-case Crockford base 32.
/// 26 characters hold 130 bits, so the first one is at most <c>7</c>. Specification: github.com/jetify-com/typeid.
/// </summary>
internal static class TypeId
{
    public const int SuffixLength = 26;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly SearchValues<char> s_alphabet = SearchValues.Create(Alphabet);

    /// <summary>The regular expression of a well-formed id.</summary>
    public static string Syntax(string prefix) => $"^{prefix}_[0-7][{Alphabet}]{{{SuffixLength - 1}}}\\z";

    public static string Format(string prefix, Guid value) =>
        string.Create(prefix.Length + 1 + SuffixLength, (prefix, value), static (text, state) =>
        {
            state.prefix.CopyTo(text);
            text[state.prefix.Length] = '_';
            Encode(state.value, text[(state.prefix.Length + 1)..]);
        });

    public static bool TryParse(string prefix, ReadOnlySpan<char> text, out Guid value)
    {
        value = Guid.Empty;
        if (text.Length != prefix.Length + 1 + SuffixLength
            || !text.StartsWith(prefix, StringComparison.Ordinal)
            || text[prefix.Length] != '_')
        {
            return false;
        }

        var suffix = text[(prefix.Length + 1)..];
        if (suffix[0] > '7' || suffix.ContainsAnyExcept(s_alphabet))
        {
            return false;
        }

        var bits = UInt128.Zero;
        foreach (var character in suffix)
        {
            bits = (bits << 5) | (UInt128)(uint)Alphabet.IndexOf(character, StringComparison.Ordinal);
        }

        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        value = new Guid(bytes, bigEndian: true);
        return true;
    }

    private static void Encode(Guid value, Span<char> suffix)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        var bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        for (var i = SuffixLength - 1; i >= 0; i--)
        {
            suffix[i] = Alphabet[(int)(uint)(bits & 31)];
            bits >>= 5;
        }
    }
}
