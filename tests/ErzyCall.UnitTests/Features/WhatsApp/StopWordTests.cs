using ErzyCall.Api.Features.WhatsApp;

namespace ErzyCall.UnitTests.Features.WhatsApp;

public sealed class StopWordTests
{
    [Theory]
    [InlineData("STOP")]
    [InlineData("stop")]
    [InlineData(" Stop \n")]
    [InlineData("Stop!")]
    [InlineData("\"STOP.\"")]
    [InlineData("unsubscribe")]
    [InlineData("UNSUBSCRIBE.")]
    public void The_word_alone_is_a_stop(string text) => Assert.True(StopWord.Is(text));

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("Please stop by")]
    [InlineData("STOP it")]
    [InlineData("STOPP")]
    [InlineData("[image] STOP")]
    public void Anything_else_is_not(string text) => Assert.False(StopWord.Is(text));
}
