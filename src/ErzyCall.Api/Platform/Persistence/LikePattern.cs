using System.Text.RegularExpressions;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>Patterns for <c>LIKE</c> out of texts in which <c>%</c> and <c>_</c> are plain characters.</summary>
internal static partial class LikePattern
{
    /// <summary>What Entity Framework has to be told. In SQL it is so unless something else is said.</summary>
    public const string EscapeCharacter = @"\";

    public static string Literally(string text) => Special().Replace(text, @"\$0");

    [GeneratedRegex(@"[\\%_]")]
    private static partial Regex Special();
}
