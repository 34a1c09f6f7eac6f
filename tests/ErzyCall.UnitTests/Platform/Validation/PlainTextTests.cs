using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.UnitTests.Platform.Validation;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("Ä", 1)]
    [InlineData("A\u0308", 2)]
    [InlineData("😀", 1)]
    [InlineData("👩‍👧", 3)]
    public void Length_counts_scalar_values(string text, int length) => Assert.Equal(length, PlainText.Length(text));

    [Fact]
    public void Of_the_control_characters_only_tab_and_newline_are_allowed()
    {
        var refused = Enumerable.Range(0, 0x10000).Where(code => PlainText.HasForbiddenCharacter($"a{(char)code}"));
        Assert.Equal(Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Except([0x09, 0x0A]), refused);
    }
}
