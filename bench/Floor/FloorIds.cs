using System.Buffers.Binary;

namespace ErzyCall.Bench.Floor;

/// <summary>Ids as the API writes them: a prefix, and the UUID as 26 digits of five bits.</summary>
internal static class FloorIds
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 26;

    public static string Text(string prefix, Guid id) => string.Create(prefix.Length + Length, (prefix, id), static (text, made) =>
    {
        made.prefix.CopyTo(text);
        Span<byte> bytes = stackalloc byte[16];
        made.id.TryWriteBytes(bytes, bigEndian: true, out _);
        var rest = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        for (var i = text.Length - 1; i >= made.prefix.Length; i--)
        {
            text[i] = Digits[(int)(rest & 31)];
            rest >>= 5;
        }
    });

    public static Guid Read(string id)
    {
        var value = UInt128.Zero;
        foreach (var digit in id.AsSpan(id.Length - Length))
        {
            value = (value << 5) | (uint)Digits.IndexOf(digit, StringComparison.Ordinal);
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new Guid(bytes, bigEndian: true);
    }
}
