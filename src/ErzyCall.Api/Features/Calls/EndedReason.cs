namespace ErzyCall.Api.Features.Calls;

/// <summary>Why a call is over, whose doing that was, and whether the same call is worth placing again.</summary>
/// <param name="Fault"><c>none</c>, <c>customer</c>, <c>carrier</c>, <c>provider</c>, <c>server</c> or <c>policy</c>.</param>
/// <param name="Retryable">Never true when the phone may have rung without our knowing: the retry could be a second call to a real person.</param>
internal sealed record EndedReason(string Value, string Fault, bool Retryable)
{
    /// <summary>As long as the column; a carrier's longer word is cut, for its report must never be lost over it.</summary>
    public const int MaxLength = 100;

    public static readonly EndedReason AssistantEndedCall = new("assistant-ended-call", "none", false);
    public static readonly EndedReason CustomerEndedCall = new("customer-ended-call", "none", false);
    public static readonly EndedReason CustomerDidNotAnswer = new("customer-did-not-answer", "customer", true);
    public static readonly EndedReason CustomerBusy = new("customer-busy", "customer", true);
    public static readonly EndedReason Voicemail = new("voicemail", "customer", true);
    public static readonly EndedReason SilenceTimedOut = new("silence-timed-out", "customer", true);
    public static readonly EndedReason ManuallyCanceled = new("manually-canceled", "none", false);
    public static readonly EndedReason ExceededMaxDuration = new("exceeded-max-duration", "none", false);
    public static readonly EndedReason ContactOptedOut = new("contact-opted-out", "policy", false);
    public static readonly EndedReason CarrierFailedToConnect = new("carrier-failed-to-connect", "carrier", true);
    public static readonly EndedReason CarrierRejected = new("carrier-rejected", "carrier", false);

    /// <summary>The server lost touch while handing the call over, and the carrier cannot tell either: the phone may have rung.</summary>
    public static readonly EndedReason DispatchUnknown = new("dispatch-unknown", "server", false);

    /// <summary>It could not be dialled in time; nobody's phone rang.</summary>
    public static readonly EndedReason NotDispatchedInTime = new("deadline-exceeded", "server", true);

    /// <summary>The carrier never reported an outcome.</summary>
    public static readonly EndedReason NeverReported = new("deadline-exceeded", "carrier", false);

    private static readonly IReadOnlyList<EndedReason> s_reportable =
    [
        AssistantEndedCall, CustomerEndedCall, CustomerDidNotAnswer, CustomerBusy, Voicemail, SilenceTimedOut, ManuallyCanceled, ExceededMaxDuration,
    ];

    /// <summary>A carrier's own word for it. What we do not know passes through, as the provider's doing and not to be retried blindly.</summary>
    public static EndedReason FromCarrier(string value) =>
        s_reportable.FirstOrDefault(reason => reason.Value == value) ?? new EndedReason(value[..Math.Min(value.Length, MaxLength)], "provider", false);
}
