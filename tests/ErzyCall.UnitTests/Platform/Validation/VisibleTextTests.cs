using System.Globalization;
using System.Text;
using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.UnitTests.Platform.Validation;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("\u200B", true)]
    [InlineData(" \u2060\t", true)]
    [InlineData("\u3164\u115F\u1160\uFFA0", true)]
    [InlineData("\u2800", true)]
    [InlineData("\U000E0041", true)]
    [InlineData("\uFE0F", true)]
    [InlineData("\u00AD\u034F\u061C", true)]
    [InlineData("\u200Ba", false)]
    [InlineData("\u0600", false)]
    [InlineData("\U0001F600\uFE0F", false)]
    [InlineData("\u0301", false)]
    public void A_text_is_blank_when_nothing_of_it_can_be_seen(string text, bool isBlank) => Assert.Equal(isBlank, VisibleText.IsBlank(text));

    /// <summary>Format characters that are drawn: signs of numbers and verses, an abbreviation mark.</summary>
    [Fact]
    public void Every_format_character_that_is_not_drawn_is_blank()
    {
        int[] drawn = [0x0600, 0x0601, 0x0602, 0x0603, 0x0604, 0x0605, 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD];

        var seen = Enumerable.Range(0, 0x110000)
            .Where(Rune.IsValid)
            .Where(value => Rune.GetUnicodeCategory(new Rune(value)) is UnicodeCategory.Format && !VisibleText.IsBlank(new Rune(value).ToString()));

        Assert.Equal(drawn, seen);
    }
}
