using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.CarrierAccounts;

namespace ErzyCall.Api.Features.Calls.Dispatch;

/// <summary>
/// Whoever makes phones ring. A carrier is given our own id of a call before it dials, so that it can be asked about a call whose answer we
/// never heard. What happens in a call comes later, through <see cref="CarrierReports"/>, possibly twice, out of order, or never. Every
/// method may throw or hang: the caller bounds the time and takes an exception for "not known".
/// </summary>
internal interface ICarrier
{
    /// <summary>The name that a phone number has for its carrier in <c>provider</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The longest time from when a line is free until its carrier has told all about the call. It is waited for, so that the one final
    /// event has the transcript.
    /// </summary>
    TimeSpan ReportsWithin { get; }

    /// <summary>The longest time from the claim to the end of a call to this number; <c>null</c> when it is the usual one.</summary>
    TimeSpan? LongestCall(string to);

    /// <summary>The settings of an assistant that the carrier cannot honour, as they are named in the API.</summary>
    IReadOnlyList<string> NotSupported(AssistantSnapshot assistant, AssistantFeatures features);

    /// <summary>Orders a call. The order is sent once, whatever becomes of it.</summary>
    Task<HandOver> PlaceAsync(CarrierOrder order, CancellationToken cancellationToken);

    /// <summary>Asks for a call: by the carrier's own id where that is known, else by ours.</summary>
    Task<Sighting> LookUpAsync(CarrierQuestion question, CancellationToken cancellationToken);

    /// <summary>Has a call hung up. When this returns the carrier has heard it, or has nothing to hang up.</summary>
    Task HangUpAsync(CarrierQuestion question, CancellationToken cancellationToken);
}

/// <summary>The line that a call is made on.</summary>
/// <param name="Account">The account with the carrier; <c>null</c> at the simulated one.</param>
/// <param name="NumberId">The carrier's id of the number that is called from; <c>null</c> where it has none.</param>
internal sealed record CarrierLine(CarrierAccount? Account, string? NumberId)
{
    /// <summary>The line of a carrier that needs no account.</summary>
    public static CarrierLine None { get; } = new(Account: null, NumberId: null);
}

/// <summary>The order to dial one call, with all that a carrier needs to dial and to talk.</summary>
internal sealed record CarrierOrder(
    Id<Call> Call,
    CarrierLine Line,
    string To,
    string From,
    string FirstMessage,
    AssistantSnapshot Assistant,
    AssistantFeatures Features,
    TimeSpan MaxDuration);

/// <summary>A question about a call.</summary>
/// <param name="CarrierCallId">The carrier's own id of the call; <c>null</c> while it is not known.</param>
/// <param name="Control">What the carrier gave us to control the call with (<see cref="HandOver.Accepted"/>).</param>
internal sealed record CarrierQuestion(
    Id<Call> Call, CarrierLine Line, string? CarrierCallId, string? Control, string To, string From, DateTimeOffset StartedAt);

/// <summary>What is known of an order after it was given. What is not known is thrown.</summary>
internal abstract record HandOver
{
    /// <summary>The carrier has the call and will report.</summary>
    /// <param name="CarrierCallId">The carrier's own id of the call.</param>
    /// <param name="Control">
    /// What the carrier wants to be shown when the call is to be hung up, if anything but its id; encrypted where it is secret.
    /// </param>
    internal sealed record Accepted(string CarrierCallId, string? Control = null) : HandOver;

    /// <summary>The carrier will not place this call; nothing rang.</summary>
    internal sealed record Refused(CarrierRefusal Refusal) : HandOver;

    /// <summary>The carrier certainly never received the order; nothing rang.</summary>
    /// <param name="Why">The reason; <c>null</c> when there is none to tell.</param>
    internal sealed record NotSent(CarrierFailure? Why = null) : HandOver;
}

internal enum RefusalKind
{
    /// <summary>The carrier does not place this call.</summary>
    Call,

    /// <summary>The carrier places no call of this account: its key is wrong, it has no credit, it is suspended.</summary>
    Account,

    /// <summary>The carrier takes no call at this moment.</summary>
    Busy,
}

/// <summary>A carrier's refusal to do something.</summary>
/// <param name="Code">The carrier's own code, or the status of its answer: <c>http-400</c>.</param>
/// <param name="Message">The carrier's own words.</param>
/// <param name="RetryAfter">The time after which the carrier wants to be asked again; <c>null</c> when it does not say.</param>
internal sealed record CarrierRefusal(RefusalKind Kind, string Code, string Message, TimeSpan? RetryAfter = null)
{
    public CarrierFailure Failure => CarrierFailure.Of(Code, Message);
}

/// <summary>What a carrier says when it is asked about a call.</summary>
internal abstract record Sighting
{
    /// <summary>The carrier has the call.</summary>
    /// <param name="Reports">
    /// What the carrier tells of it at this moment. More than one when it has more than one call of ours by that name, the oldest first.
    /// </param>
    internal sealed record Seen(IReadOnlyList<CarrierReport> Reports) : Sighting;

    /// <summary>The carrier does not have the call, and what it shows is complete at every moment.</summary>
    internal sealed record Absent : Sighting;

    /// <summary>The carrier does not show the call, but may only come to show it later.</summary>
    internal sealed record NotListed : Sighting;
}
