using ErzyCall.Api.Features.Assistants;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Whoever makes phones ring. A carrier is given our own id of a call before it dials, so that it can be asked about a call whose answer we
/// never heard. Results come later, through <see cref="CarrierReports"/>, possibly twice, out of order, or never. Every method may throw or
/// hang: the caller bounds the time and takes an exception for "not known".
/// </summary>
internal interface ICarrier
{
    /// <summary>The name that a phone number has for its carrier in <c>provider</c>.</summary>
    string Name { get; }

    /// <summary>The longest time from the claim to the end of a call to this number; <c>null</c> when it is the usual one.</summary>
    TimeSpan? LongestCall(string to);

    Task<SubmitResult> PlaceAsync(CarrierOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the carrier was ever given this call. <c>false</c> is no proof that it will not ring: the order may still be under way.
    /// </summary>
    Task<bool> KnowsAsync(Id<Call> call, CancellationToken cancellationToken);

    /// <summary>Tells the carrier to hang up. <c>false</c> when it does not know the call.</summary>
    Task<bool> HangUpAsync(Id<Call> call, CancellationToken cancellationToken);
}

/// <summary>The order to dial one call, with all that a carrier needs to dial and to talk.</summary>
internal sealed record CarrierOrder(
    Id<Call> Call, string To, string From, string FirstMessage, AssistantSnapshot Assistant, TimeSpan MaxDuration);

internal enum SubmitResult
{
    /// <summary>The carrier has the call and will report.</summary>
    Accepted,

    /// <summary>The carrier will not place this call; nothing rang.</summary>
    Rejected,

    /// <summary>The carrier certainly never received the order; nothing rang.</summary>
    NotConnected,
}

/// <summary>The outcome of a call, as its carrier tells it.</summary>
/// <param name="Reason">The value of an <see cref="EndedReason"/>, or the carrier's own word.</param>
/// <param name="Duration">Whole seconds of conversation; <c>null</c> when nobody answered.</param>
/// <param name="AskedNotToBeCalled">
/// Whether the customer asked not to be called again: the number then goes onto the do-not-call ledger.
/// </param>
internal sealed record CarrierOutcome(
    string Reason,
    DateTimeOffset EndedAt,
    int? Duration,
    IReadOnlyList<TranscriptTurn> Transcript,
    string? RecordingUrl,
    bool AskedNotToBeCalled);
