using System.Globalization;
using System.Text;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>
/// The words by which a customer asks to be left alone. A message is such a request when it has no other words but these and those of
/// politeness, whatever stands around them: so "Please stop!" is one, and a sentence in which the word occurs ("Don't stop calling me") is
/// not.
/// </summary>
internal static class StopWord
{
    private static readonly string[] s_stops = ["STOP", "STOPALL", "UNSUBSCRIBE"];

    private static readonly string[] s_polite =
        ["PLEASE", "PLS", "PLZ", "KINDLY", "THANK", "YOU", "THANKS", "THX", "NOW", "ALL", "HI", "HELLO", "SORRY", "OK"];

    public static bool Is(string text)
    {
        var words = WordsOf(text);

        // "S.T.O.P."
        if (words.Count > 1 && words.TrueForAll(word => word.Length == 1))
        {
            words = [string.Concat(words)];
        }

        return words.Exists(word => s_stops.Contains(word)) && words.TrueForAll(word => s_stops.Contains(word) || s_polite.Contains(word));
    }

    /// <summary>
    /// The words of a text, in upper case. A word is written in letters; digits, punctuation and emoji only part words, and characters that
    /// are not seen do not even do that.
    /// </summary>
    private static List<string> WordsOf(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = Plain(rune);
            if (Rune.IsLetter(letter))
            {
                word.Append(Rune.ToUpperInvariant(letter).ToString());
            }
            else if (word.Length > 0
                && Rune.GetUnicodeCategory(letter)
                    is not (UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark))
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    /// <summary>
    /// The Latin letter that is written full-width, circled, squared or in a mathematical style. Compatibility normalization would find it,
    /// but is not to be had in the invariant mode of globalization.
    /// </summary>
    private static Rune Plain(Rune rune) => rune.Value switch
    {
        >= 0xFF21 and <= 0xFF3A or >= 0xFF41 and <= 0xFF5A => new Rune(rune.Value - 0xFF21 + 'A'),
        >= 0x24B6 and <= 0x24CF => new Rune(rune.Value - 0x24B6 + 'A'),
        >= 0x24D0 and <= 0x24E9 => new Rune(rune.Value - 0x24D0 + 'A'),
        >= 0x1F130 and <= 0x1F149 => new Rune(rune.Value - 0x1F130 + 'A'),
        >= 0x1F150 and <= 0x1F169 => new Rune(rune.Value - 0x1F150 + 'A'),
        >= 0x1F170 and <= 0x1F189 => new Rune(rune.Value - 0x1F170 + 'A'),
        >= 0x1D400 and <= 0x1D6A3 => new Rune(((rune.Value - 0x1D400) % 26) + 'A'),
        _ => rune,
    };
}
