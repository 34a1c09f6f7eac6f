using ErzyCall.Api.Features.Calls.Dispatch.Simulation;
using ErzyCall.Api.Features.Simulation;

namespace ErzyCall.UnitTests.Features.Calls;

public sealed class SimulatedScriptTests
{
    [Theory]
    [InlineData("+14155550001", "customer-did-not-answer", false)]
    [InlineData("+14155550002", "customer-busy", false)]
    [InlineData("+14155550003", "voicemail", false)]
    [InlineData("+14155550004", "silence-timed-out", true)]
    [InlineData("+14155550005", "customer-ended-call", true)]
    [InlineData("+14155550006", "carrier-rejected", false)]
    [InlineData("+14155550007", "deadline-exceeded", false)]
    [InlineData("+14155550008", "customer-ended-call", true)]
    [InlineData("+14155550009", "assistant-ended-call", true)]
    [InlineData("+14155550000", "assistant-ended-call", true)]
    [InlineData("+14155550010", "assistant-ended-call", true)]
    [InlineData("+10001", "customer-did-not-answer", false)]
    [InlineData("+12", "assistant-ended-call", true)]
    public void The_last_four_digits_decide_how_a_call_goes(string to, string reason, bool isAnswered)
    {
        var script = SimulatedScript.For(to);

        Assert.Equal((reason, isAnswered), (script.Reason.Value, script.Talks is not null));
        Assert.Equal(reason == "carrier-rejected", script.IsRefused);
        Assert.Equal(reason == "deadline-exceeded", script.IsSilent);
        Assert.Equal(to == "+14155550008", script.AsksNotToBeCalled);
    }

    [Theory]
    [InlineData("+14155550004", 1)]
    [InlineData("+14155550005", 1)]
    [InlineData("+14155550008", 3)]
    [InlineData("+14155550100", 5)]
    public void What_is_said_begins_with_the_first_message_and_fits_into_the_call(string to, int turns)
    {
        var script = SimulatedScript.For(to);
        var transcript = script.Transcript("Hello");

        Assert.Equal(("assistant", "Hello"), (transcript[0].Role, transcript[0].Message));
        Assert.Equal(turns, transcript.Count);
        Assert.Equal(transcript.Select(turn => turn.Offset).Order(), transcript.Select(turn => turn.Offset));
        Assert.All(transcript, turn => Assert.InRange(turn.Offset, 0, script.Talks!.Value.TotalSeconds));
        Assert.All(transcript, turn => Assert.Contains(turn.Role, (string[])["assistant", "user"]));
    }

    [Theory]
    [InlineData("+14155550001")]
    [InlineData("+14155550003")]
    [InlineData("+14155550007")]
    public void Nothing_is_said_when_nobody_answers(string to) => Assert.Empty(SimulatedScript.For(to).Transcript("Hello"));

    [Fact]
    public void A_lifelike_call_takes_about_twenty_seconds()
    {
        var script = SimulatedScript.For("+14155550100");

        Assert.Equal(TimeSpan.FromSeconds(20), script.Rings + script.Talks);
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(20, 1)]
    [InlineData(0.5, 40)]
    [InlineData(0, 0)]
    public void Speed_divides_time_and_zero_means_at_once(double speed, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new SimulatorOptions { Speed = speed }.Scale(TimeSpan.FromSeconds(20)));
}
