using System.Runtime.CompilerServices;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch.Vapi;

namespace ErzyCall.UnitTests.Features.Calls;

public sealed class VapiEndedReasonTests
{
    [Theory]
    [InlineData("assistant-ended-call", "assistant-ended-call")]
    [InlineData("assistant-ended-call-after-message-spoken", "assistant-ended-call")]
    [InlineData("assistant-ended-call-with-hangup-task", "assistant-ended-call")]
    [InlineData("assistant-said-end-call-phrase", "assistant-ended-call")]
    [InlineData("customer-ended-call", "customer-ended-call")]
    [InlineData("customer-ended-call-during-transfer", "customer-ended-call")]
    [InlineData("call.ringing.sip-inbound-caller-hungup-before-call-connect", "customer-ended-call")]
    [InlineData("customer-did-not-answer", "customer-did-not-answer")]
    [InlineData("customer-busy", "customer-busy")]
    [InlineData("voicemail", "voicemail")]
    [InlineData("silence-timed-out", "silence-timed-out")]
    [InlineData("exceeded-max-duration", "exceeded-max-duration")]
    [InlineData("manually-canceled", "manually-canceled")]
    public void A_word_that_says_what_one_of_ours_says_becomes_ours(string word, string value)
    {
        var reason = VapiEndedReason.Of(word, mayHaveRung: true);

        Assert.Equal(EndedReason.FromCarrier(value), reason);
        Assert.NotEqual(CallFault.Provider, reason.Fault);
    }

    [Theory]
    [InlineData("twilio-failed-to-connect-call")]
    [InlineData("vonage-failed-to-connect-call")]
    [InlineData("call.in-progress.error-sip-outbound-call-failed-to-connect")]
    [InlineData("call.ringing.error-sip-inbound-call-failed-to-connect")]
    [InlineData("call.in-progress.error-providerfault-outbound-sip-503-service-unavailable")]
    [InlineData("call.start.error-get-transport")]
    [InlineData("call.start.error-vapifault-database-error")]
    [InlineData("call.start.error-subscription-concurrency-limit-reached")]
    [InlineData("call.start.error-subscription-insufficient-credits")]
    [InlineData("call.start.error-vapi-number-outbound-daily-limit")]
    public void A_call_that_was_not_connected_is_worth_a_retry_unless_the_phone_may_have_rung(string word)
    {
        Assert.Equal(EndedReason.CarrierFailedToConnect, VapiEndedReason.Of(word, mayHaveRung: false));
        Assert.Equal(EndedReason.CarrierFailedToConnect with { Retryable = false }, VapiEndedReason.Of(word, mayHaveRung: true));
    }

    [Theory]
    [InlineData("call.in-progress.error-providerfault-outbound-sip-408-request-timeout")]
    [InlineData("call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable")]
    public void A_word_that_tells_of_the_phone_at_the_other_end_is_never_worth_a_retry(string word) =>
        Assert.Equal(EndedReason.CarrierFailedToConnect with { Retryable = false }, VapiEndedReason.Of(word, mayHaveRung: false));

    [Theory]
    [InlineData("twilio-reported-customer-misdialed")]
    [InlineData("vonage-rejected")]
    [InlineData("call.in-progress.error-providerfault-outbound-sip-403-forbidden")]
    [InlineData("call.in-progress.error-providerfault-outbound-sip-407-proxy-authentication-required")]
    [InlineData("call.start.error-vapi-number-international")]
    [InlineData("call.start.error-fraud-check-failed")]
    [InlineData("call.start.error-get-resources-validation")]
    [InlineData("call.start.assistant-version-error-validation")]
    [InlineData("call.start.error-enterprise-feature-not-available-recording-consent")]
    public void A_call_that_would_be_refused_again_is_rejected(string word) =>
        Assert.Equal(EndedReason.CarrierRejected, VapiEndedReason.Of(word, mayHaveRung: false));

    [Theory]
    [InlineData("call.in-progress.error-vapifault-worker-died")]
    [InlineData("call.in-progress.error-vapifault-openai-400-bad-request-validation-failed")]
    [InlineData("call.in-progress.error-vapifault-transport-never-connected")]
    [InlineData("call.in-progress.error-providerfault-transport-never-connected")]
    [InlineData("call.in-progress.error-providerfault-openai-llm-failed")]
    [InlineData("call.in-progress.error-pipeline-no-available-llm-model")]
    [InlineData("pipeline-error-deepgram-transcriber-failed")]
    [InlineData("pipeline-error-eleven-labs-voice-failed")]
    [InlineData("pipeline-no-available-llm-model")]
    [InlineData("worker-shutdown")]
    [InlineData("assistant-not-found")]
    [InlineData("assistant-not-valid")]
    [InlineData("assistant-join-timed-out")]
    [InlineData("assistant-request-failed")]
    [InlineData("assistant-request-returned-no-assistant")]
    [InlineData("call-start-error-neither-assistant-nor-server-set")]
    public void A_call_that_nobody_could_talk_in_had_no_assistant(string word) =>
        Assert.Equal(EndedReason.AssistantUnavailable, VapiEndedReason.Of(word, mayHaveRung: false));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_published_word_has_a_fault_and_ends_a_call_as_one_thing(bool mayHaveRung)
    {
        var words = Published();

        Assert.True(words.Count > 500);
        Assert.All(words, word =>
        {
            var reason = VapiEndedReason.Of(word, mayHaveRung);
            Assert.Contains(reason.Fault, CallFault.All);
            Assert.True(EndedReason.IsOurs(reason.Value) || reason.Value == word);
        });
    }

    /// <summary>These customers are known to have been called, and are called again on purpose.</summary>
    [Fact]
    public void When_the_phone_may_have_rung_no_published_word_is_worth_a_retry_but_those_that_tell_how_it_was_left_unanswered() =>
        Assert.Equal(
            ["customer-busy", "customer-did-not-answer", "silence-timed-out", "voicemail"],
            Published().Where(word => VapiEndedReason.Of(word, mayHaveRung: true).Retryable));

    /// <summary>Whoever brings the list up to date reads here which of the new words nobody has judged.</summary>
    [Fact]
    public void No_other_published_words_pass_through_than_these() =>
        Assert.Equal(
            [
                "aborted",
                "assistant-forwarded-call",
                "assistant-request-returned-forwarding-phone-number",
                "call-deleted",
                "call.ending.hook-executed-say",
                "call.ending.hook-executed-transfer",
                "call.forwarding.no-answer",
                "call.forwarding.operator-busy",
                "call.in-progress.error-assistant-did-not-receive-customer-audio",
                "call.in-progress.error-transfer-failed",
                "call.in-progress.error-warm-transfer-assistant-cancelled",
                "call.in-progress.error-warm-transfer-max-duration",
                "call.in-progress.error-warm-transfer-microphone-timeout",
                "call.in-progress.error-warm-transfer-silence-timeout",
                "call.in-progress.sip-completed-call",
                "call.in-progress.twilio-completed-call",
                "call.ringing.hook-executed-say",
                "call.ringing.hook-executed-transfer",
                "campaign.ended.success",
                "campaign.in-progress.ended-by-user",
                "campaign.scheduled.ended-by-user",
                "cancelled",
                "customer-did-not-give-microphone-permission",
                "error",
                "mockConversation.done",
                "phone-call-provider-bypass-enabled-but-no-call-received",
                "phone-call-provider-closed-websocket",
                "scheduled-call-deleted",
                "timeout",
                "vonage-completed",
                "vonage-disconnected",
            ],
            Published().Where(word => VapiEndedReason.Of(word, mayHaveRung: false) == new EndedReason(word, CallFault.Provider, false)));

    [Fact]
    public void These_published_words_alone_are_of_the_account() =>
        Assert.Equal(
            [
                "call.start.error-subscription-frozen",
                "call.start.error-subscription-insufficient-credits",
                "call.start.error-subscription-upgrade-failed",
                "call.start.error-subscription-wallet-does-not-exist",
            ],
            Published().Where(VapiEndedReason.IsOfAccount));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("hangup")]
    [InlineData("Voicemail")]
    [InlineData("voicemail\n")]
    [InlineData("\ud83d\ude00")]
    public void An_unknown_word_passes_through(string word)
    {
        Assert.Equal(new EndedReason(word, CallFault.Provider, false), VapiEndedReason.Of(word, mayHaveRung: false));
        Assert.False(VapiEndedReason.IsOfAccount(word));
    }

    [Fact]
    public void A_word_of_any_length_is_taken()
    {
        var word = string.Concat(Enumerable.Repeat("call.forwarding.", 625));

        Assert.Equal(word[..EndedReason.MaxLength], VapiEndedReason.Of(word, mayHaveRung: false).Value);
        Assert.Equal(EndedReason.CarrierFailedToConnect, VapiEndedReason.Of($"call.start.{word}", mayHaveRung: false));
        Assert.False(VapiEndedReason.IsOfAccount(word));
    }

    private static List<string> Published([CallerFilePath] string here = "") =>
    [
        .. File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "../../../ErzyCall.IntegrationTests/Samples/Vapi/ended-reasons.txt"))
            .Where(line => !line.StartsWith('#')),
    ];
}
