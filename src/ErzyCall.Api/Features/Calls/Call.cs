using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Tracing;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Calls;

/// <summary>Who said something.</summary>
internal static class TranscriptRole
{
    /// <summary>The assistant.</summary>
    public const string Assistant = "assistant";

    /// <summary>Whoever is on the phone with it.</summary>
    public const string User = "user";

    public static IReadOnlyList<string> All { get; } = [Assistant, User];
}

/// <summary>Something that was said on a call.</summary>
/// <param name="Role">Who said it.</param>
/// <param name="Message">What was said, as the carrier has put it into writing.</param>
/// <param name="Offset">When it was said, in seconds from the answer.</param>
internal sealed record TranscriptTurn([property: OneOf(typeof(TranscriptRole))] string Role, string Message, double Offset);

/// <summary>
/// One phone call, from the request to its outcome. The methods are the only moves between its states. Whatever comes second (a late
/// report, a deadline that has just passed) changes nothing; moves that may come second answer whether they were made. Callers hold the
/// row's lock.
/// </summary>
internal sealed partial class Call : IResource<Call>, IMakesWork
{
    public static string IdPrefix => "call";

    public Id<Call> Id { get; private init; }

    public Id<Owner> OrganizationId { get; private init; }

    public string Status { get; private set; } = CallStatus.New;

    /// <summary>Whether we call or are called: one of <see cref="CallDirection"/>.</summary>
    public string Direction { get; private init; } = CallDirection.Outbound;

    public string To { get; private init; } = "";

    /// <summary>The number that is called, in its canonical form (<see cref="E164.Canonical"/>).</summary>
    public string CanonicalTo { get; private init; } = "";

    public string From { get; private init; } = "";

    /// <summary>
    /// The contact that is called; <c>null</c> when there is none, and once the contact is deleted: the call stays as history.
    /// </summary>
    public Id<Contact>? ContactId { get; private init; }

    /// <summary>The case that the call was placed with; the id stays after the case is deleted.</summary>
    public Id<Case>? CaseId { get; private init; }

    public Id<OutboundAssistant>? AssistantConfigId { get; private init; }

    /// <summary>The first message with its values filled in.</summary>
    public string FirstMessage { get; private init; } = "";

    public IReadOnlyDictionary<string, string> VariableValues { get; private init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Metadata { get; private init; } = new Dictionary<string, string>();

    /// <summary>
    /// The name of the shared script: the prompt and the voices as they were at creation. What happens to the case or the assistant later
    /// changes nothing here.
    /// </summary>
    public byte[] ScriptHash { get; private init; } = [];

    /// <summary>The shared script, once <see cref="SharedScript.LoadAsync"/> has looked it up.</summary>
    public SharedScript? Script { get; set; }

    /// <summary>
    /// The values that the prompt takes from the contact, as they were at creation; <c>null</c> when the prompt is spoken as it stands in
    /// the script.
    /// </summary>
    public IReadOnlyDictionary<string, string>? ScriptValues { get; private init; }

    /// <summary>The assistant as it was frozen at creation, with the call's values in its prompt.</summary>
    public AssistantSnapshot AssistantConfigSnapshot => Script!.For(VariableValues, ScriptValues);

    /// <summary>The time that was asked for; <c>null</c> when the call was to be made at once.</summary>
    public DateTimeOffset? ScheduledAt { get; private init; }

    /// <summary>
    /// The time from which on the call may be dialled; calls in one lane of an organization's queue are dialled in this order.
    /// </summary>
    public DateTimeOffset DueAt { get; private set; }

    /// <summary>The earliest time at which the call may be dialled; <c>null</c> once it is dialled or final.</summary>
    public DateTimeOffset? DialAt => IsWaiting ? DueAt : null;

    /// <summary>
    /// Whether the call came in a batch, which is its lane in the queue: batches do not hold up a call that was asked for alone.
    /// </summary>
    public bool IsBatched { get; private init; }

    /// <summary>Whether the call is made whatever the calling policy says.</summary>
    public bool PolicyIgnored { get; private init; }

    /// <summary>The version of the calling policy that the call was judged by last.</summary>
    public long PolicyVersion { get; private set; }

    /// <summary>
    /// The deadline: before the claim the latest time for the call to be dialled, after it the latest time for the call to be over.
    /// </summary>
    public DateTimeOffset DeadlineAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Whole seconds of conversation; <c>null</c> when nobody answered.</summary>
    public int? Duration { get; private set; }

    public string? EndedReason { get; private set; }

    public string? Fault { get; private set; }

    public bool? Retryable { get; private set; }

    /// <summary>
    /// The span of the request that placed the call, which all that follows from it belongs to; <c>null</c> when that was not recorded.
    /// </summary>
    public string? TraceParent { get; private init; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public bool IsFinal => Status is CallStatus.Ended or CallStatus.Cancelled or CallStatus.Error;

    /// <summary>Whether the call waits to be dialled or to be hung up, or has left room for another one.</summary>
    public bool MakesWork =>
        Status is CallStatus.New || IsFinal || LineFreeAt is not null || (HangUpRequestedAt is not null && HangUpSentAt is null);

    private bool IsWaiting => Status is CallStatus.New or CallStatus.Scheduled;

    /// <param name="dispatchWithin">The longest delay with which the call may still be dialled.</param>
    public static Call Place(CallPlan plan, Id<Call> id, bool isBatched, TimeSpan dispatchWithin, DateTimeOffset now) =>
        new()
        {
            Id = id,
            OrganizationId = plan.OrganizationId,
            Status = plan.ScheduledAt is null && plan.DialAt <= now ? CallStatus.New : CallStatus.Scheduled,
            Carrier = plan.Carrier,
            To = plan.To,
            CanonicalTo = E164.CanonicalOf(plan.To),
            From = plan.From,
            ContactId = plan.ContactId,
            CaseId = plan.CaseId,
            AssistantConfigId = plan.AssistantConfigId,
            FirstMessage = plan.Script.FirstMessage,
            VariableValues = plan.VariableValues,
            Metadata = plan.Metadata,
            ScriptHash = plan.SharedScript.Hash,
            Script = plan.SharedScript,
            ScriptValues = plan.Script.PromptValues,
            ScheduledAt = plan.ScheduledAt,
            DueAt = plan.DialAt,
            DeadlineAt = plan.DialAt + dispatchWithin,
            IsBatched = isBatched,
            PolicyIgnored = plan.IgnoresPolicy,
            PolicyVersion = plan.PolicyVersion,
            TraceParent = Spans.TraceParent,
            CreatedAt = now,
            UpdatedAt = now,
        };

    /// <summary>
    /// The time at which the call is to be dialled if nothing stands against it: the one that was asked for, or now when that has passed.
    /// </summary>
    public DateTimeOffset AskedFor(DateTimeOffset now) => (ScheduledAt ?? CreatedAt) is var asked && asked > now ? asked : now;

    /// <summary>Makes the call wait until a time, as the calling policy says.</summary>
    /// <returns>Whether the call begins to wait only now: its time had come.</returns>
    public bool WaitUntil(DateTimeOffset dialAt, TimeSpan dispatchWithin, DateTimeOffset now)
    {
        var begins = DueAt <= now;
        PutAt(dialAt, CallStatus.Scheduled, dispatchWithin, now);
        return begins;
    }

    /// <summary>Puts the call back to the time that was asked for: the calling policy does not stand in its way any more.</summary>
    public void WaitNoMore(TimeSpan dispatchWithin, DateTimeOffset now)
    {
        // A call whose time has come keeps its place among those that are to be dialled.
        if (AskedFor(now) < DueAt)
        {
            PutAt(AskedFor(now), ScheduledAt is null ? CallStatus.New : CallStatus.Scheduled, dispatchWithin, now);
        }
    }

    /// <summary>Records the version of the calling policy that the call has been judged by.</summary>
    public void JudgedBy(long policyVersion) => PolicyVersion = policyVersion;

    /// <summary>Ends the call without an outcome: it was not dialled, or its outcome is not known.</summary>
    public bool Fail(EndedReason reason, DateTimeOffset now)
    {
        if (IsFinal)
        {
            return false;
        }

        Finish(reason, now, now);
        return true;
    }

    /// <summary>Cancels a call that is not dialled yet at once; for one that is, asks that its carrier hang up.</summary>
    public bool Cancel(DateTimeOffset now)
    {
        if (IsWaiting)
        {
            Finish(CallStatus.Cancelled, Calls.EndedReason.ManuallyCanceled, now, now);
            return true;
        }

        return RequestHangUp(Calls.EndedReason.ManuallyCanceled, now);
    }

    private void PutAt(DateTimeOffset dialAt, string status, TimeSpan dispatchWithin, DateTimeOffset now)
    {
        if (dialAt != DueAt)
        {
            (DueAt, DeadlineAt, Status, UpdatedAt) = (dialAt, dialAt + dispatchWithin, status, now);
        }
    }

    private void Finish(EndedReason reason, DateTimeOffset endedAt, DateTimeOffset now) =>
        Finish(reason.IsFailure ? CallStatus.Error : CallStatus.Ended, reason, endedAt, now);

    private void Finish(string status, EndedReason reason, DateTimeOffset endedAt, DateTimeOffset now)
    {
        Status = status;
        EndedAt = endedAt;
        Duration = AnsweredAt is { } answeredAt ? Math.Max(0, (int)(endedAt - answeredAt).TotalSeconds) : null;
        EndedReason = reason.Value;
        Fault = reason.Fault;
        Retryable = reason.Retryable;
        NextLookAt = null;
        UpdatedAt = now;

        // A carrier that is not known to have the call cannot hang up. Once it turns out to have the call, it is asked to.
        HangUpRequestedAt = SubmittedAt is null ? null : HangUpRequestedAt;
    }
}
