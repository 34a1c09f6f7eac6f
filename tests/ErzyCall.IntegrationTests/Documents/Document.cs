using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ErzyCall.IntegrationTests.Documents;

/// <summary>Commands of a document, with what it shows right after them as what they print.</summary>
/// <param name="Line">Of the commands in the document.</param>
/// <param name="Answer"><c>null</c> when it shows none.</param>
internal sealed record DocumentStep(int Line, string Commands, ShownAnswer? Answer);

/// <summary>A document for integrators as somebody reads it who pastes one block of commands after the other.</summary>
internal sealed partial record Document(string Name, string Text)
{
    private const string Introduction = "Introduction";

    private const string FirstOfTheApi = "docs/api/README.md";

    private static readonly string s_root = Path.Combine(Path.GetDirectoryName(Here())!, "../../..");

    /// <summary>All with a <c>curl</c> line, or with JSON that there should be one for.</summary>
    public static IEnumerable<Document> All() => Directory.EnumerateFiles(Path.Combine(s_root, "docs/api"), "*.md", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(s_root, file).Replace('\\', '/'))
        .Append("README.md")
        .Append(Introduction)
        .Order(StringComparer.Ordinal)
        .Select(Read)
        .Where(document => Curl().IsMatch(document.Text) || document.Text.Contains("```json", StringComparison.Ordinal));

    public static Document Read(string name) =>
        new(name, name == Introduction ? Api.Features.Introduction.Markdown : File.ReadAllText(Path.Combine(s_root, name)).ReplaceLineEndings("\n"));

    /// <summary>Its blocks with a <c>curl</c> line. Pages on the API are read after the first block of the first of them, which says how to begin.</summary>
    public IEnumerable<DocumentStep> Steps() =>
        Name.StartsWith("docs/api/", StringComparison.Ordinal) && Name != FirstOfTheApi ? Read(FirstOfTheApi).OwnSteps().Take(1).Concat(OwnSteps()) : OwnSteps();

    private IEnumerable<DocumentStep> OwnSteps()
    {
        DocumentStep? asked = null;
        foreach (Match block in Block().Matches(Text))
        {
            var (language, text, line) = (block.Groups["language"].Value, TextOf(block), Text.AsSpan(0, block.Index).Count('\n') + 1);
            if (asked is not null)
            {
                yield return asked with { Answer = ShownAnswer.Of(language, text) };
            }

            Assert.False(asked is null && language == "json", $"{Name}:{line} shows JSON without the command that prints it, so nobody can tell whether it is true.");
            asked = language is "sh" or "bash" && Curl().IsMatch(text) ? new DocumentStep(line, text, Answer: null) : null;
        }

        if (asked is not null)
        {
            yield return asked;
        }
    }

    /// <summary>Without the indentation that it has in a list.</summary>
    private static string TextOf(Match block) => Regex.Replace(block.Groups["text"].Value, $"^{block.Groups["indent"].Value}", "", RegexOptions.Multiline);

    private static string Here([CallerFilePath] string here = "") => here;

    [GeneratedRegex(@"^(?<indent> *)```(?<language>[a-z]*)\n(?<text>.*?)^ *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\bcurl\b")]
    private static partial Regex Curl();
}
