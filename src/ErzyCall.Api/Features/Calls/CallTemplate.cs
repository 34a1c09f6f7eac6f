using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// Texts with placeholders of the form <c>{{name}}</c>. A value goes in as it is: a placeholder inside a value is not filled in again, and
/// what has no value stays as it is written. Calls keep the text and the values and not what comes of them, so this rule is part of what is
/// stored: it must not change.
/// </summary>
internal static partial class CallTemplate
{
    /// <param name="longest">
    /// The longest result, in characters; what goes beyond is not even put together. Four thousand placeholders, each for notes of five
    /// thousand characters, would be twenty million.
    /// </param>
    public static string Fill(string text, Func<string, string?> valueOf, int longest = int.MaxValue)
    {
        // The room is in UTF-16 units, of which a character has two at most.
        var room = 2L * longest;
        return Placeholder().Replace(text, match =>
        {
            if (valueOf(NameOf(match.ValueSpan)) is not { } value)
            {
                return match.Value;
            }

            room -= value.Length;
            return room < 0 ? "" : value;
        });
    }

    /// <summary>
    /// Whether the text with its values has at most <paramref name="longest"/> characters; found out without putting it together.
    /// </summary>
    public static bool Fits(string text, Func<string, string?> valueOf, int longest)
    {
        var room = longest - PlainText.Length(text);
        foreach (var match in Placeholder().EnumerateMatches(text))
        {
            if (valueOf(NameOf(text.AsSpan(match.Index, match.Length))) is { } value)
            {
                room += match.Length - PlainText.Length(value);
            }

            // The placeholders that are still to come cannot make up for so much.
            if (room < -text.Length)
            {
                return false;
            }
        }

        return room >= 0;
    }

    /// <summary>The names in the placeholders of a text, each once.</summary>
    public static IReadOnlyList<string> NamesIn(string text)
    {
        var names = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var match in Placeholder().EnumerateMatches(text))
        {
            names.TryAdd(NameOf(text.AsSpan(match.Index, match.Length)), true);
        }

        return [.. names.Keys];
    }

    /// <summary>
    /// The texts between double braces in a text as it will be spoken, whether or not they could be names: nobody wants to hear them.
    /// </summary>
    public static IEnumerable<string> LeftIn(string spoken) => InBraces().Matches(spoken).Select(match => match.Groups[1].Value.Trim());

    private static string NameOf(ReadOnlySpan<char> placeholder) => placeholder[2..^2].Trim().ToString();

    [GeneratedRegex(@"\{\{\s*[A-Za-z_][A-Za-z0-9_]{0,63}\s*\}\}")]
    private static partial Regex Placeholder();

    /// <summary>Matches the innermost pair of braces; each end is looked for no further than the next beginning.</summary>
    [GeneratedRegex(@"\{\{(?!\{)((?:(?!\{\{|\}\}).)*)\}\}", RegexOptions.Singleline)]
    private static partial Regex InBraces();
}
