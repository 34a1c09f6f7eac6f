using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.UnitTests.Features.WhatsApp;

public sealed class MetaErrorTests
{
    [Theory]
    [InlineData(131047, "WindowClosed")]
    [InlineData(131050, "Stop")]
    [InlineData(131056, "CustomerThrottled")]
    [InlineData(4, "AccountThrottled")]
    [InlineData(80007, "AccountThrottled")]
    [InlineData(130429, "AccountThrottled")]
    [InlineData(131048, "AccountThrottled")]
    [InlineData(131000, "Temporary")]
    [InlineData(131016, "Temporary")]
    [InlineData(131057, "Temporary")]
    [InlineData(133004, "Temporary")]
    [InlineData(0, "Account")]
    [InlineData(3, "Account")]
    [InlineData(10, "Account")]
    [InlineData(33, "Account")]
    [InlineData(190, "Account")]
    [InlineData(199, "Message")]
    [InlineData(200, "Account")]
    [InlineData(299, "Account")]
    [InlineData(300, "Message")]
    [InlineData(368, "Account")]
    [InlineData(131005, "Account")]
    [InlineData(131031, "Account")]
    [InlineData(131042, "Account")]
    [InlineData(131045, "Account")]
    [InlineData(133010, "Account")]
    [InlineData(1, "Message")]
    [InlineData(2, "Message")]
    [InlineData(100, "Message")]
    [InlineData(130497, "Message")]
    [InlineData(131026, "Message")]
    [InlineData(131049, "Message")]
    [InlineData(132000, "Message")]
    [InlineData(132015, "Message")]
    [InlineData(999999, "Message")]
    public void An_error_is_of_the_class_that_the_platform_explains(int code, string expected) =>
        Assert.Equal((expected, $"{code}"), (MetaError.Of(code, "Reason").Class.ToString(), MetaError.Of(code, "Reason").Code));

    [Fact]
    public void An_error_of_ours_concerns_its_message_alone() =>
        Assert.Equal(MetaErrorClass.Message, new MetaError("http-403", "Forbidden").Class);
}
