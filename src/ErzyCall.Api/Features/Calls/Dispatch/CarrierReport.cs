using System.Text.Json;
using ErzyCall.Api.Features.CarrierAccounts;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// What a carrier says of a call at one moment. It is complete in itself: whatever it does not tell has not changed.
/// </summary>
/// <param name="AnsweredAt">The time at which somebody answered; <c>null</c> when the report does not tell of that.</param>
/// <param name="Outcome">The outcome; <c>null</c> while the call goes on, or while the carrier still works it out.</param>
internal sealed record CarrierReport(Id<Call> Call, DateTimeOffset? AnsweredAt = null, CarrierOutcome? Outcome = null)
{
    /// <summary>The carrier's own id of the call; <c>null</c> when the report does not name it.</summary>
    public string? CarrierCallId { get; init; }

    /// <inheritdoc cref="HandOver.Accepted"/>
    public string? Control { get; init; }

    /// <summary>
    /// The line that has become free, with what the carrier says about it; <c>null</c> when the report does not tell of that.
    /// </summary>
    public FreedLine? LineFree { get; init; }

    /// <summary>Whether the customer has asked, in a call that goes on, not to be called again.</summary>
    public bool OptsOut { get; init; }

    /// <summary>Whether the carrier says that the account itself cannot call any more.</summary>
    public bool StopsAccount { get; init; }

    /// <summary>Whether the customer asked not to be called again, which whoever takes the report waits for.</summary>
    public bool AsksNotToBeCalled => OptsOut || Outcome is { AskedNotToBeCalled: true };

    /// <summary>Whether this is the answer to the order, which may come when all that it began is over.</summary>
    public bool IsAnswerToOrder { get; init; }

    /// <summary>Whether the report says nothing of an end.</summary>
    public bool IsOpen => LineFree is null && Outcome is null;

    /// <summary>Whether somebody may be on the phone at this moment, as far as the report tells.</summary>
    public bool IsUp => IsOpen && !IsAnswerToOrder;

    /// <summary>Moves the call on by what the report says.</summary>
    /// <param name="reportsWithin">
    /// The longest time from when the line is free until the carrier has told all about the call.
    /// </param>
    /// <returns>
    /// Whether the report is of this call. If not, the carrier has rung twice, and what the report names is to be hung up.
    /// </returns>
    public bool Move(Call call, TimeSpan reportsWithin, DateTimeOffset now)
    {
        if (!call.Bind(CarrierCallId, Control, now))
        {
            return false;
        }

        if (IsUp && (call.IsFinal || call.HangUpSentAt is not null))
        {
            call.Fence(now);
        }

        if (AnsweredAt is { } answeredAt)
        {
            call.Answer(answeredAt, now);
        }

        if (LineFree is not null)
        {
            call.FreeLine(LineFree, reportsWithin, now);
        }

        if (Outcome is not null)
        {
            call.End(Outcome, now);
        }

        return true;
    }
}

/// <summary>A line that is free again, while the carrier still puts together what happened in the call.</summary>
/// <param name="Reason">The reason why the call is over; <c>null</c> when the carrier does not say so yet.</param>
internal sealed record FreedLine(EndedReason? Reason);

/// <summary>The outcome of a call, as its carrier tells it.</summary>
/// <param name="Duration">Whole seconds of conversation; <c>null</c> when nobody answered.</param>
/// <param name="AskedNotToBeCalled">
/// Whether the customer asked not to be called again: the number then goes onto the do-not-call ledger.
/// </param>
internal sealed record CarrierOutcome(
    EndedReason Reason, DateTimeOffset EndedAt, int? Duration, IReadOnlyList<TranscriptTurn> Transcript, bool AskedNotToBeCalled = false)
{
    /// <summary>The address of this server at which the recording is; <c>null</c> when there is none.</summary>
    public string? RecordingUrl { get; init; }

    /// <summary>What the call costs, in US dollars; <c>null</c> while that is not known.</summary>
    public decimal? CostInDollars { get; init; }

    /// <summary>What the voice platform makes of the conversation: an object of at most 16 KiB.</summary>
    public JsonElement? Analysis { get; init; }

    public CarrierFailure? Failure { get; init; }

    /// <summary>Who answered: one of <see cref="Answerer"/>; <c>null</c> when the carrier does not tell.</summary>
    public string? AnsweredBy { get; init; }
}
