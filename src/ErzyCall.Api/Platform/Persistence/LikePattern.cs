using System.Text.RegularExpressions;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>Makes patterns for <c>LIKE</c> of texts in which <c>%</c> and <c>_</c> are plain characters.</summary>
internal static partial class LikePattern
{
    /// <summary>The escape character, which is SQL's own default but has to be given to Entity Framework.</summary>
    public const string EscapeCharacter = @"\";

    public static string Literally(string text) => Special().Replace(text, @"\$0");

    [GeneratedRegex(@"[\\%_]")]
    private static partial Regex Special();
}
