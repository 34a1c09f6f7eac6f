namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>The limit that <c>.editorconfig</c> tells editors of, and no compiler knows.</summary>
public sealed class LineLengthTests
{
    private const int Columns = 140;

    [Theory]
    [InlineData("ErzyCall.Api")]
    [InlineData("ErzyCall.Local")]
    public void No_line_of_the_source_is_longer_than_140_columns(string project)
    {
        var lines = SourceCode.LinesAsTheyAre(project).ToList();
        Assert.True(lines.Count > 1_000, $"Only {lines.Count} lines were looked at.");
        Assert.Empty(lines.Where(line => line.Line.Length > Columns).Select(line => $"{line.File}: {line.Line}"));
    }
}
