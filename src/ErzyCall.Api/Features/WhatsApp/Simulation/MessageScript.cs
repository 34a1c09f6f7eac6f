using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.Api.Features.WhatsApp.Simulation;

/// <param name="After">The lifelike time since the step before.</param>
/// <param name="Status">The status that Meta reports; <c>null</c> when the customer replies.</param>
/// <param name="Reply">The text that the customer writes; <c>null</c> when Meta reports.</param>
internal sealed record MessageStep(TimeSpan After, string? Status, string? Reply)
{
    public static MessageStep Report(string status, int seconds) => new(TimeSpan.FromSeconds(seconds), status, Reply: null);

    public static MessageStep Answer(string text, int seconds) => new(TimeSpan.FromSeconds(seconds), Status: null, text);
}

/// <summary>The steps of a simulated message, by the last four digits of its customer's number.</summary>
internal static class MessageScript
{
    private static readonly MessageStep s_delivered = MessageStep.Report(MessageStatus.Delivered, seconds: 1);
    private static readonly MessageStep s_read = MessageStep.Report(MessageStatus.Read, seconds: 3);

    public static IReadOnlyList<MessageStep> For(string to) => to[^Math.Min(4, to.Length)..] switch
    {
        "0001" => [s_delivered],
        "0003" => [MessageStep.Report(MessageStatus.Failed, seconds: 1)],
        "0004" => [s_delivered, s_read, MessageStep.Answer("Yes, thank you. That suits me.", seconds: 4)],
        "0005" => [s_delivered, s_read, MessageStep.Answer("STOP", seconds: 4)],
        "0006" => [],
        _ => [s_delivered, s_read],
    };
}
