namespace ErzyCall.Api.Platform.Validation;

/// <summary>The rules for all text: the characters that it may not hold, and how its length is counted.</summary>
internal static class PlainText
{
    /// <summary>The characters that <see cref="HasForbiddenCharacter"/> finds, for the inside of a character class.</summary>
    public const string Forbidden = @"\u0000-\u0008\u000B-\u001F\u007F-\u009F";

    /// <summary>
    /// The characters of <see cref="Forbidden"/> without the carriage return, which becomes a newline where there may be several lines.
    /// </summary>
    public const string ForbiddenInLines = @"\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F";

    /// <summary>White space that is not forbidden and other characters that cannot be seen, for the inside of a character class.</summary>
    public static string Blank { get; } = $@"\t\n \u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000{VisibleText.InvisibleClass}";

    /// <summary>Whether a text has control characters other than tab and newline. PostgreSQL cannot even store the first of them.</summary>
    public static bool HasForbiddenCharacter(string text) =>
        text.Any(character => char.IsControl(character) && character is not ('\t' or '\n'));

    /// <summary>The length of a text, in Unicode scalar values.</summary>
    public static int Length(string text)
    {
        var length = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            length++;
        }

        return length;
    }
}
