using System.Linq.Expressions;
using System.Text.Json;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Pagination;

namespace ErzyCall.Api.Features.Calls;

/// <summary>A call in full, with its transcript.</summary>
/// <param name="Provider">The carrier that dials the call, or is to; `null` when its number cannot dial.</param>
/// <param name="Failure">The carrier's own words for why the call failed, if it gave any.</param>
/// <param name="AnsweredBy">Who answered; `null` when nobody did, or when it is not told.</param>
/// <param name="RecordingUrl">The address of the recording, at this server: it takes an API key, and answers parts of it as well.</param>
/// <param name="Cost">What the call costs, as soon as the carrier tells it.</param>
/// <param name="Analysis">What the voice platform makes of the conversation, as it gives it.</param>
/// <param name="ScheduledAt">The time that was asked for; `null` when the call was to be made at once.</param>
/// <param name="DialAt">The earliest time at which the call may be dialled; `null` once it is dialled or final.</param>
/// <param name="PolicyIgnored">Whether the call is made whatever the calling policy says.</param>
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
/// <param name="Provider">The carrier that dials the call, or is to; `null` when its number cannot dial.</param>
/// <param name="Failure">The carrier's own words for why the call failed, if it gave any.</param>
/// <param name="AnsweredBy">Who answered; `null` when nobody did, or when it is not told.</param>
/// <param name="RecordingUrl">The address of the recording, at this server: it takes an API key, and answers parts of it as well.</param>
/// <param name="Cost">What the call costs, as soon as the carrier tells it.</param>
/// <param name="ScheduledAt">The time that was asked for; `null` when the call was to be made at once.</param>
/// <param name="DialAt">The earliest time at which the call may be dialled; `null` once it is dialled or final.</param>
/// <param name="PolicyIgnored">Whether the call is made whatever the calling policy says.</param>
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
