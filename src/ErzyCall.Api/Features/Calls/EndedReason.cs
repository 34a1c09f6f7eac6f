using ErzyCall.Api.Platform;

namespace ErzyCall.Api.Features.Calls;

/// <summary>The party whose doing it was that a call is over.</summary>
internal static class CallFault
{
    /// <summary>Nobody's: the call took its course, or was cancelled.</summary>
    public const string None = "none";

    /// <summary>Whoever was called: they did not answer, were busy, said nothing, or had a machine answer.</summary>
    public const string Customer = "customer";

    /// <summary>The carrier: it did not connect the call, refused it, or never told how it ended.</summary>
    public const string Carrier = "carrier";

    /// <summary>
    /// What the talking is left to: the voice platform, a model, a voice. Also where a word of the carrier's own is all that is known.
    /// </summary>
    public const string Provider = "provider";

    /// <summary>This server: it did not dial the call in time, or lost touch while handing it over.</summary>
    public const string Server = "server";

    /// <summary>The organization's own rules: the do-not-call ledger or the calling policy.</summary>
    public const string Policy = "policy";

    public static IReadOnlyList<string> All { get; } = [None, Customer, Carrier, Provider, Server, Policy];
}

/// <summary>The reason why a call is over, whose doing that was, and whether the same call is worth placing again.</summary>
/// <param name="Fault">The party whose doing it was: one of <see cref="CallFault"/>.</param>
/// <param name="Retryable">
/// Whether the same call is worth placing again. Never true when the phone may have rung without our knowing: the retry could be a second
/// call to a real person.
/// </param>
internal sealed record EndedReason(string Value, string Fault, bool Retryable)
{
    /// <summary>Whether the call ends in status <c>error</c>: it was not made, or its outcome is not known.</summary>
    public bool IsFailure { get; private init; }

    /// <summary>The longest reason, in characters. A carrier's longer word is cut, for its report must never be lost over it.</summary>
    public const int MaxLength = 100;

    public static readonly EndedReason AssistantEndedCall = new("assistant-ended-call", CallFault.None, false);
    public static readonly EndedReason CustomerEndedCall = new("customer-ended-call", CallFault.None, false);
    public static readonly EndedReason CustomerDidNotAnswer = new("customer-did-not-answer", CallFault.Customer, true);
    public static readonly EndedReason CustomerBusy = new("customer-busy", CallFault.Customer, true);
    public static readonly EndedReason Voicemail = new("voicemail", CallFault.Customer, true);
    public static readonly EndedReason SilenceTimedOut = new("silence-timed-out", CallFault.Customer, true);
    public static readonly EndedReason ManuallyCanceled = new("manually-canceled", CallFault.None, false);
    public static readonly EndedReason ExceededMaxDuration = new("exceeded-max-duration", CallFault.None, false);
    public static readonly EndedReason ContactOptedOut = Failure("contact-opted-out", CallFault.Policy, false);
    public static readonly EndedReason CarrierFailedToConnect = Failure("carrier-failed-to-connect", CallFault.Carrier, true);
    public static readonly EndedReason CarrierRejected = Failure("carrier-rejected", CallFault.Carrier, false);

    /// <summary>The call's time came outside of the hours of the calling policy, which does not let calls wait.</summary>
    public static readonly EndedReason OutsideCallingHours = Failure("outside-calling-hours", CallFault.Policy, true);

    /// <summary>The number had been dialled as often as the calling policy allows, which does not let calls wait.</summary>
    public static readonly EndedReason CallCapReached = Failure("call-cap-reached", CallFault.Policy, true);

    /// <summary>What the talking is left to (the voice platform, a model, a voice) failed in the middle of the call.</summary>
    public static readonly EndedReason AssistantUnavailable = Failure("assistant-unavailable", CallFault.Provider, false);

    /// <summary>The server lost touch while handing the call over, and the carrier cannot tell either: the phone may have rung.</summary>
    public static readonly EndedReason DispatchUnknown = Failure("dispatch-unknown", CallFault.Server, false);

    /// <summary>The call could not be dialled in time; nobody's phone rang.</summary>
    public static readonly EndedReason NotDispatchedInTime = Failure("deadline-exceeded", CallFault.Server, true);

    /// <summary>The carrier never reported an outcome.</summary>
    public static readonly EndedReason NeverReported = Failure("deadline-exceeded", CallFault.Carrier, false);

    private static readonly IReadOnlyList<EndedReason> s_reportable =
    [
        AssistantEndedCall, CustomerEndedCall, CustomerDidNotAnswer, CustomerBusy, Voicemail, SilenceTimedOut,
        ManuallyCanceled, ExceededMaxDuration,
    ];

    private static readonly IReadOnlyList<EndedReason> s_failures =
    [
        ContactOptedOut, CarrierFailedToConnect, CarrierRejected, DispatchUnknown, NotDispatchedInTime, OutsideCallingHours,
        CallCapReached, AssistantUnavailable,
    ];

    private static readonly HashSet<string> s_ours = [.. s_reportable.Concat(s_failures).Select(reason => reason.Value)];

    /// <summary>Whether a reason is one of our own bounded set, and not a carrier's own word.</summary>
    public static bool IsOurs(string value) => s_ours.Contains(value);

    /// <summary>
    /// The reason for a carrier's own word. A word that we do not know passes through, as the provider's doing and not to be retried
    /// blindly.
    /// </summary>
    public static EndedReason FromCarrier(string value) =>
        s_reportable.FirstOrDefault(reason => reason.Value == value)
        ?? new EndedReason(value.Cut(MaxLength), CallFault.Provider, false);

    /// <summary>
    /// The reason of a call that is over, when no more is known of it than the word for that reason: a failure is then not to be retried.
    /// </summary>
    public static EndedReason Told(string value) =>
        s_failures.FirstOrDefault(reason => reason.Value == value) is { } failure
            ? failure with { Retryable = false }
            : FromCarrier(value);

    private static EndedReason Failure(string value, string fault, bool retryable) => new(value, fault, retryable) { IsFailure = true };
}
