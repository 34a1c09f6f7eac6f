using ErzyCall.Api.Features.Assistants;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Whoever makes phones ring. What a call is named towards it is our own id, given before it dials, so that it can be asked about a call
/// whose answer we never heard. Results come later, through <see cref="CarrierReports"/>, possibly twice, out of order, or never.
/// Every method may throw or hang: the caller bounds the time and takes an exception for "not known".
/// </summary>
internal interface ICarrier
{
    /// <summary>As in a phone number's <c>provider</c>.</summary>
    string Name { get; }

    /// <summary>How long after the claim a call to this number must be over, when that is not the usual time.</summary>
    TimeSpan? LongestCall(string to);

    Task<HandOverResult> PlaceAsync(CarrierOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the carrier was ever given this call. <c>false</c> is no proof that it will not ring: the order may still be under way.
    /// </summary>
    Task<bool> KnowsAsync(Id<Call> call, CancellationToken cancellationToken);

    /// <summary>Tells the carrier to hang up. <c>false</c> when it does not know the call.</summary>
    Task<bool> HangUpAsync(Id<Call> call, CancellationToken cancellationToken);
}

/// <summary>What a carrier needs to dial and to talk.</summary>
internal sealed record CarrierOrder(Id<Call> Call, string To, string From, string FirstMessage, AssistantSnapshot Assistant, TimeSpan MaxDuration);

internal enum HandOverResult
{
    /// <summary>The carrier has the call and will report.</summary>
    Accepted,

    /// <summary>The carrier will not place this call; nothing rang.</summary>
    Rejected,

    /// <summary>The carrier certainly never received the order; nothing rang.</summary>
    NotConnected,
}

/// <summary>How a call went, as its carrier tells.</summary>
/// <param name="Reason">One of <see cref="EndedReason"/>, or the carrier's own word.</param>
/// <param name="Duration">Whole seconds of conversation; <c>null</c> when nobody answered.</param>
/// <param name="AskedNotToBeCalled">The customer said so: the number goes onto the do-not-call ledger.</param>
internal sealed record CarrierOutcome(
    string Reason, DateTimeOffset EndedAt, int? Duration, IReadOnlyList<TranscriptTurn> Transcript, string? RecordingUrl, bool AskedNotToBeCalled);
