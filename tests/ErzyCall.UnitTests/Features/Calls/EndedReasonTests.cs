using ErzyCall.Api.Features.Calls;

namespace ErzyCall.UnitTests.Features.Calls;

public sealed class EndedReasonTests
{
    [Theory]
    [InlineData("assistant-ended-call", "none", false)]
    [InlineData("customer-ended-call", "none", false)]
    [InlineData("customer-did-not-answer", "customer", true)]
    [InlineData("customer-busy", "customer", true)]
    [InlineData("voicemail", "customer", true)]
    [InlineData("silence-timed-out", "customer", true)]
    [InlineData("manually-canceled", "none", false)]
    [InlineData("exceeded-max-duration", "none", false)]
    [InlineData("twilio-went-dark", "provider", false)]
    public void A_carrier_s_word_is_judged_when_it_is_known_and_passes_through_when_not(string value, string fault, bool retryable) =>
        Assert.Equal(new EndedReason(value, fault, retryable), EndedReason.FromCarrier(value));

    [Fact]
    public void What_may_have_rung_without_our_knowing_is_never_worth_a_retry()
    {
        Assert.False(EndedReason.DispatchUnknown.Retryable);
        Assert.False(EndedReason.NeverReported.Retryable);
        Assert.True(EndedReason.NotDispatchedInTime.Retryable);
    }
}
