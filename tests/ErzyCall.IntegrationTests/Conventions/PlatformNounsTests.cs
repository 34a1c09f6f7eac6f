using System.Text.RegularExpressions;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>The platform treats every request alike: what a feature has (errors, events, metrics, examples), the feature registers.</summary>
public sealed partial class PlatformNounsTests
{
    [Fact]
    public void The_platform_names_nothing_that_a_feature_is_about()
    {
        Assert.Contains(SourceCode.Lines("Features"), line => Noun().IsMatch(line.Line));

        var named = SourceCode.Lines("Platform")
            .Where(line => Noun().IsMatch(line.Line))
            .Select(line => $"{line.File}: {line.Line}")
            .ToList();

        Assert.True(named.Count == 0, $"Let the feature register it:\n{string.Join('\n', named)}");
    }

    // In names and in texts. OpenAPI has a contact of its own, and Redis a function 'call'.
    [GeneratedRegex(
        @"(?i:whatsapp|webhook|(?<!OpenApi)contact(?! = new OpenApi)|assistant|conversation|prompt|phone|ledger|carrier|do.?not.?call)"
        + @"|(?<!Erzy)Calls?(?![a-z])|(?<![A-Za-z]|redis\.)calls?(?![A-Za-z])")]
    private static partial Regex Noun();
}
