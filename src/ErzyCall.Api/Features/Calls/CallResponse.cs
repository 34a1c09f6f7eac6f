using System.Linq.Expressions;
using System.Text.Json;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Platform.Pagination;

namespace ErzyCall.Api.Features.Calls;

/// <summary>A call in full, with its transcript.</summary>
/// <param name="Status">How far the call has come.</param>
/// <param name="Direction">Whether the organization calls or is called.</param>
/// <param name="Provider">
/// The carrier that dials the call, or is to, such as <c>simulator</c> or <c>vapi</c>; <c>null</c> when its number cannot dial.
/// </param>
/// <param name="To">The number that is called, as it was given; on an inbound call one of the organization's own.</param>
/// <param name="From">The number that the call comes from: one of the organization's own, or on an inbound call the caller's.</param>
/// <param name="ContactId">
/// The contact that the call was placed for; <c>null</c> when there was none, and once the contact is deleted.
/// </param>
/// <param name="CaseId">
/// The case that the call was placed with; the id stays after the case is deleted. <c>null</c> when there was none.
/// </param>
/// <param name="AssistantConfigId">
/// The outbound assistant that speaks; the id stays after the assistant is deleted. <c>null</c> when the platform's defaults speak.
/// </param>
/// <param name="FirstMessage">
/// What the assistant says first, with the values of its placeholders; one that has no value is spoken as it is written.
/// </param>
/// <param name="VariableValues">The values of placeholders that came with the request, by their names.</param>
/// <param name="Metadata">
/// Texts of your own, which are returned in the order in which they were given, in events too; calls can be listed by them.
/// </param>
/// <param name="ScheduledAt">The time that was asked for; <c>null</c> when the call was to be made at once.</param>
/// <param name="StartedAt">
/// When dialling began, which is when the call became <c>processing</c>; <c>null</c> before that, and for good when it never did.
/// </param>
/// <param name="EndedAt">When the call ended, failed or was cancelled; <c>null</c> until then.</param>
/// <param name="Duration">
/// Whole seconds of conversation, as the carrier counts them; <c>null</c> until the call is over, and when nobody, or only a machine,
/// answered.
/// </param>
/// <param name="EndedReason">
/// Why the call is over; <c>null</c> until it is. It is <c>assistant-ended-call</c>, <c>customer-ended-call</c>,
/// <c>customer-did-not-answer</c>, <c>customer-busy</c>, <c>voicemail</c>, <c>silence-timed-out</c>, <c>manually-canceled</c>,
/// <c>exceeded-max-duration</c>, <c>contact-opted-out</c>, <c>outside-calling-hours</c>, <c>call-cap-reached</c>,
/// <c>carrier-failed-to-connect</c>, <c>carrier-rejected</c>, <c>assistant-unavailable</c>, <c>dispatch-unknown</c>,
/// <c>deadline-exceeded</c>, or the carrier's own word where none of these fits; more may be added.
/// </param>
/// <param name="Fault">Whose doing it was that the call is over; <c>null</c> until it is.</param>
/// <param name="Retryable">
/// Whether the same call is worth placing again: never where the phone may have rung without anybody knowing, so that a second try could
/// ring it twice. <c>null</c> until the call is over.
/// </param>
/// <param name="Failure">
/// The carrier's own words for why the call failed; <c>null</c> when it did not fail, or the carrier gave none.
/// </param>
/// <param name="AnsweredBy">
/// Who answered; <c>null</c> until the call is over, when nobody did, and when the carrier does not tell.
/// </param>
/// <param name="DialAt">The earliest time at which the call may be dialled; <c>null</c> once it is dialled or final.</param>
/// <param name="PolicyIgnored">Whether the call is made whatever the calling policy says.</param>
/// <param name="Transcript">
/// What was said, in its order; empty until the call is over, and when nothing was said. Where the carrier is late with it, the event
/// <c>call.report</c> tells that it has come.
/// </param>
/// <param name="RecordingUrl">
/// The address of the recording, at this server: it takes an API key, and answers parts of it as well. <c>null</c> while there is none; it
/// may come up to a day after the end, told by the event <c>call.report</c>.
/// </param>
/// <param name="Cost">
/// What the call costs, as soon as the carrier tells it, which may be up to a day after the end; <c>null</c> until then, and where the
/// carrier tells none.
/// </param>
/// <param name="Analysis">
/// What the voice platform makes of the conversation, as it gives it: an object of at most 16 KiB. <c>null</c> when there is none.
/// </param>
/// <param name="AssistantConfigSnapshot">
/// The assistant and its prompt as they were when the call was placed: what happens to the assistant or the case later changes nothing in
/// it.
/// </param>
[Example(CallExamples.EndedInFull)]
internal sealed record CallResponse(
    Id<Call> Id,
    [property: OneOf(typeof(CallStatus))] string Status,
    [property: OneOf(typeof(CallDirection))] string Direction,
    string? Provider,
    string To,
    string From,
    Id<Contact>? ContactId,
    Id<Case>? CaseId,
    Id<OutboundAssistant>? AssistantConfigId,
    string FirstMessage,
    IReadOnlyDictionary<string, string> VariableValues,
    IReadOnlyDictionary<string, string> Metadata,
    DateTimeOffset? ScheduledAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    int? Duration,
    string? EndedReason,
    [property: OneOf(typeof(CallFault))] string? Fault,
    bool? Retryable,
    CarrierFailure? Failure,
    [property: OneOf(typeof(Answerer))] string? AnsweredBy,
    DateTimeOffset? DialAt,
    bool PolicyIgnored,
    IReadOnlyList<TranscriptTurn> Transcript,
    string? RecordingUrl,
    CallCost? Cost,
    JsonElement? Analysis,
    AssistantSnapshot AssistantConfigSnapshot,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static CallResponse Of(Call call) => new(
        call.Id,
        call.Status,
        call.Direction,
        call.Carrier,
        call.To,
        call.From,
        call.ContactId,
        call.CaseId,
        call.AssistantConfigId,
        call.FirstMessage,
        call.VariableValues,
        call.Metadata,
        call.ScheduledAt,
        call.StartedAt,
        call.EndedAt,
        call.Duration,
        call.EndedReason,
        call.Fault,
        call.Retryable,
        call.Failure,
        call.AnsweredBy,
        call.DialAt,
        call.PolicyIgnored,
        call.Transcript,
        call.RecordingUrl,
        call.Cost,
        call.Analysis,
        call.AssistantConfigSnapshot,
        call.CreatedAt,
        call.UpdatedAt);
}

/// <summary>A call as lists and events show it: without its variable values, transcript, analysis and assistant.</summary>
/// <inheritdoc cref="CallResponse"/>
[Example(CallExamples.Ended)]
internal sealed record CallListItem(
    Id<Call> Id,
    [property: OneOf(typeof(CallStatus))] string Status,
    [property: OneOf(typeof(CallDirection))] string Direction,
    string? Provider,
    string To,
    string From,
    Id<Contact>? ContactId,
    Id<Case>? CaseId,
    Id<OutboundAssistant>? AssistantConfigId,
    string FirstMessage,
    IReadOnlyDictionary<string, string> Metadata,
    DateTimeOffset? ScheduledAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    int? Duration,
    string? EndedReason,
    [property: OneOf(typeof(CallFault))] string? Fault,
    bool? Retryable,
    CarrierFailure? Failure,
    [property: OneOf(typeof(Answerer))] string? AnsweredBy,
    DateTimeOffset? DialAt,
    bool PolicyIgnored,
    string? RecordingUrl,
    CallCost? Cost,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt) : IListed<Call>
{
    /// <summary>Makes an item of a call. It is an expression, so that a list reads from the database only what it shows.</summary>
    public static Expression<Func<Call, CallListItem>> FromCall { get; } = call => new CallListItem(
        call.Id,
        call.Status,
        call.Direction,
        call.Carrier,
        call.To,
        call.From,
        call.ContactId,
        call.CaseId,
        call.AssistantConfigId,
        call.FirstMessage,
        call.Metadata,
        call.ScheduledAt,
        call.StartedAt,
        call.EndedAt,
        call.Duration,
        call.EndedReason,
        call.Fault,
        call.Retryable,
        call.FailureCode == null ? null : new CarrierFailure(call.FailureCode, call.FailureMessage!),
        call.AnsweredBy,
        call.Status == CallStatus.New || call.Status == CallStatus.Scheduled ? call.DueAt : null,
        call.PolicyIgnored,
        call.RecordingUrl,
        CallCost.Of(call.CostAmount, call.CostCurrency),
        call.CreatedAt,
        call.UpdatedAt);

    public static Func<Call, CallListItem> Of { get; } = FromCall.Compile();
}
