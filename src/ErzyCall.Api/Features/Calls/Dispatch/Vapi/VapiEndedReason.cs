using System.Text.RegularExpressions;

namespace ErzyCall.Api.Features.Calls.Dispatch.Vapi;

/// <summary>
/// What Vapi's word for the end of a call means (<c>endedReason</c>; https://docs.vapi.ai/calls/call-ended-reason). Six hundred words are
/// published, most of them one failure told once for every model, voice and transcriber, and each new provider brings more. A word is
/// therefore judged by its parts, and a word whose parts say nothing to us passes through.
/// </summary>
internal static partial class VapiEndedReason
{
    /// <param name="mayHaveRung">
    /// Whether the phone may have rung, as far as all else is known of the call. Then a call that was not connected is not placed again.
    /// </param>
    public static EndedReason Of(string word, bool mayHaveRung) => word switch
    {
        _ when Refused().IsMatch(word) => EndedReason.CarrierRejected,
        _ when NotConnected().IsMatch(word) =>
            EndedReason.CarrierFailedToConnect with { Retryable = !mayHaveRung && !NobodyAnswered().IsMatch(word) },
        _ when AssistantFailed().IsMatch(word) => EndedReason.AssistantUnavailable,
        _ when AssistantHungUp().IsMatch(word) => EndedReason.AssistantEndedCall,
        _ when CustomerHungUp().IsMatch(word) => EndedReason.CustomerEndedCall,
        _ => EndedReason.FromCarrier(word),
    };

    /// <summary>
    /// Whether the word says that the account itself cannot call: it is frozen, or has no credit. An account whose lines are all taken can
    /// call again as soon as one of them is free.
    /// </summary>
    public static bool IsOfAccount(string word) => OfAccount().IsMatch(word);

    /// <summary>Calls that would be refused again: to this number, from this number, or with such an assistant.</summary>
    [GeneratedRegex(
        @"customer-misdialed|^vonage-rejected\z|outbound-sip-40[37]-"
        + @"|^call\.start\..*(validation|fraud-check|feature-not-available|number-international)")]
    private static partial Regex Refused();

    /// <summary>Calls that never began (<c>call.start</c>), and those that the phone company did not put through.</summary>
    [GeneratedRegex(@"^call\.start\.|failed-to-connect|outbound-sip-")]
    private static partial Regex NotConnected();

    /// <summary>
    /// The answers of a SIP line that tell of the phone at the other end, which may have rung: a telephone network's "no user responding"
    /// and "no answer" become 408 and 480 (RFC 3398).
    /// </summary>
    [GeneratedRegex("outbound-sip-4(08|80)-")]
    private static partial Regex NobodyAnswered();

    /// <summary>
    /// What the talking is left to has failed: the platform, one of its providers, or the search for an assistant. A request for an
    /// assistant that was answered with a phone number is no failure: that call was forwarded.
    /// </summary>
    [GeneratedRegex(
        @"vapifault|providerfault|pipeline-|^worker-shutdown\z|neither-assistant-nor-server"
        + @"|^assistant-(not|join|request)-(?!returned-forwarding)")]
    private static partial Regex AssistantFailed();

    [GeneratedRegex("^assistant-(ended-call|said-end-call-phrase)")]
    private static partial Regex AssistantHungUp();

    [GeneratedRegex("^customer-ended-call|caller-hungup")]
    private static partial Regex CustomerHungUp();

    [GeneratedRegex(@"^call\.start\.error-subscription-(?!concurrency-limit-reached)")]
    private static partial Regex OfAccount();
}
