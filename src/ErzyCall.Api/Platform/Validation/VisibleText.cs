using System.Text;

namespace ErzyCall.Api.Platform.Validation;

/// <summary>
/// The characters of a text that nobody can see. Two names that differ only in them are one name to whoever reads them, and a name that has
/// no other characters counts as blank.
/// </summary>
internal static class VisibleText
{
    /// <summary>
    /// The characters that Unicode calls default-ignorable (<c>DerivedCoreProperties.txt</c>, version 17,
    /// <c>Default_Ignorable_Code_Point</c>): joiners, marks of direction, selectors of variants, tags, the fillers of Hangul.
    /// </summary>
    private static readonly (int First, int Last)[] s_ignorable =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x206F),
        (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8),
        (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>
    /// Other characters that leave no mark: the Braille pattern without a dot, and controls of annotations and of hieroglyphs.
    /// </summary>
    private static readonly (int First, int Last)[] s_empty = [(0x2800, 0x2800), (0xFFF9, 0xFFFB), (0x13430, 0x1343F)];

    /// <summary>
    /// The characters that are neither seen nor white space, for the inside of a character class; only those of one UTF-16 unit.
    /// </summary>
    public static string InvisibleClass { get; } = string.Concat(s_ignorable.Concat(s_empty)
        .Where(range => range.Last <= char.MaxValue)
        .Select(range => Class(range, @"\u", 4)));

    /// <summary>The default-ignorable characters, for the inside of a character class of PostgreSQL's regular expressions.</summary>
    public static string IgnorableClassOfPostgres { get; } = string.Concat(s_ignorable.Select(range => Class(range, @"\U", 8)));

    /// <summary>Whether nothing of a text can be seen.</summary>
    public static bool IsBlank(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune) && !IsAmong(rune, s_ignorable) && !IsAmong(rune, s_empty))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAmong(Rune rune, (int First, int Last)[] ranges) =>
        ranges.Any(range => rune.Value >= range.First && rune.Value <= range.Last);

    private static string Class((int First, int Last) range, string escape, int digits)
    {
        var first = escape + range.First.ToString($"X{digits}", null);
        return range.First == range.Last ? first : $"{first}-{escape}{range.Last.ToString($"X{digits}", null)}";
    }
}
