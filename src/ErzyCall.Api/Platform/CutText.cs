namespace ErzyCall.Api.Platform;

internal static class CutText
{
    /// <summary>
    /// A text of somebody else's, as it can be kept: cut to a length in characters, no character in halves, and without the one that
    /// PostgreSQL does not take.
    /// </summary>
    public static string Cut(this string text, int longest)
    {
        text = text.Replace("\0", "", StringComparison.Ordinal);
        return text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }
}
