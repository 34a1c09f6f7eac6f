namespace ErzyCall.Api.Features.Calls.Dispatch.Simulation;

/// <summary>The course of a simulated call, by the last four digits of the number that is dialled. Times are lifelike.</summary>
/// <param name="Rings">The time until the call is answered, or until it is over without an answer.</param>
/// <param name="Talks">The time from the answer to the end; <c>null</c> when nobody answers.</param>
/// <param name="Lines">The turns after the first message, with the seconds from the answer.</param>
internal sealed record SimulatedScript(EndedReason Reason, TimeSpan Rings, TimeSpan? Talks, IReadOnlyList<TranscriptTurn> Lines)
{
    private const string Assistant = TranscriptRole.Assistant;
    public const string User = TranscriptRole.User;

    public bool IsRefused { get; private init; }

    /// <summary>Whether the call is accepted, and never heard of again.</summary>
    public bool IsSilent { get; private init; }

    public bool AsksNotToBeCalled { get; private init; }

    public static SimulatedScript For(string to) => to[^Math.Min(4, to.Length)..] switch
    {
        "0001" => Unanswered(EndedReason.CustomerDidNotAnswer, seconds: 20),
        "0002" => Unanswered(EndedReason.CustomerBusy, seconds: 2),
        "0003" => Unanswered(EndedReason.Voicemail, seconds: 15),
        "0004" => Answered(EndedReason.SilenceTimedOut, seconds: 16),
        "0005" => Answered(EndedReason.CustomerEndedCall, seconds: 5),
        "0006" => Unanswered(EndedReason.CarrierRejected, seconds: 0) with { IsRefused = true },
        "0007" => Unanswered(EndedReason.NeverReported, seconds: 0) with { IsSilent = true },
        "0008" => Answered(
            EndedReason.CustomerEndedCall,
            seconds: 10,
            new TranscriptTurn(User, "Please do not call me again.", 4.1),
            new TranscriptTurn(
                Assistant, "I understand, and I am sorry to have bothered you. You will not be called again. Goodbye.", 5.9)) with
        {
            AsksNotToBeCalled = true,
        },
        _ => Answered(
            EndedReason.AssistantEndedCall,
            seconds: 17,
            new TranscriptTurn(User, "Yes, hello. That is fine with me.", 4.2),
            new TranscriptTurn(Assistant, "Thank you. Is there anything else that I can do for you?", 7.5),
            new TranscriptTurn(User, "No, that is all.", 11.3),
            new TranscriptTurn(Assistant, "Then have a good day. Goodbye!", 13.6)),
    };

    public IReadOnlyList<TranscriptTurn> Transcript(string firstMessage) =>
        Talks is null ? [] : [new TranscriptTurn(Assistant, firstMessage, 0.4), .. Lines];

    private static SimulatedScript Unanswered(EndedReason reason, int seconds) =>
        new(reason, TimeSpan.FromSeconds(seconds), Talks: null, []);

    private static SimulatedScript Answered(EndedReason reason, int seconds, params IReadOnlyList<TranscriptTurn> lines) =>
        new(reason, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(seconds), lines);
}
