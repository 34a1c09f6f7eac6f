using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.OpenApi;

namespace ErzyCall.Api.Features.Calls;

/// <summary>Who said something.</summary>
internal static class TranscriptRole
{
    public const string Assistant = "assistant";
    public const string User = "user";

    public static IReadOnlyList<string> All { get; } = [Assistant, User];
}

/// <summary>Something that was said. <paramref name="Offset"/> is in seconds from the answer.</summary>
internal sealed record TranscriptTurn([property: OneOf(typeof(TranscriptRole))] string Role, string Message, double Offset);

/// <summary>
/// One phone call, from the request to its outcome. The methods are the only moves between its states; each answers whether it was
/// made, because whoever comes second (a late report, a deadline that has just passed) must change nothing. Callers hold the row's lock.
/// </summary>
internal sealed class Call : IResource<Call>
{
    public static string IdPrefix => "call";

    public Id<Call> Id { get; private init; }

    public Id<Owner> OrganizationId { get; private init; }

    public string Status { get; private set; } = CallStatus.New;

    public string To { get; private init; } = "";

    /// <summary>The number that is called, in whatever form: <see cref="E164.Canonical"/>.</summary>
    public string CanonicalTo { get; private init; } = "";

    public string From { get; private init; } = "";

    /// <summary><c>null</c> again once the contact is deleted; the history stays.</summary>
    public Id<Contact>? ContactId { get; private init; }

    /// <summary>Stays after the case is gone.</summary>
    public Id<Case>? CaseId { get; private init; }

    public Id<OutboundAssistant>? AssistantConfigId { get; private init; }

    /// <summary>Rendered.</summary>
    public string FirstMessage { get; private init; } = "";

    public IReadOnlyDictionary<string, string> VariableValues { get; private init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Metadata { get; private init; } = new Dictionary<string, string>();

    /// <summary>
    /// The prompt and the voices as they were at creation: what happens to the case or the assistant later changes nothing here.
    /// </summary>
    public byte[] ScriptHash { get; private init; } = [];

    /// <inheritdoc cref="ScriptHash"/>
    /// <remarks>Only there when it was looked up: <see cref="SharedScript.LoadAsync"/>.</remarks>
    public SharedScript? Script { get; set; }

    /// <summary>
    /// What the prompt takes from the contact, as it was at creation; <c>null</c> when the prompt is spoken as it stands in the script.
    /// </summary>
    public IReadOnlyDictionary<string, string>? ScriptValues { get; private init; }

    /// <summary>What was frozen at creation, with its values.</summary>
    public AssistantSnapshot AssistantConfigSnapshot => Script!.For(VariableValues, ScriptValues);

    /// <summary>The time that was asked for; <c>null</c>: now.</summary>
    public DateTimeOffset? ScheduledAt { get; private init; }

    /// <summary>The time from which on it may be dialled; calls in one lane of an organization's queue are dialled in this order.</summary>
    public DateTimeOffset DueAt { get; private set; }

    /// <summary>The earliest time at which it may be dialled; <c>null</c> once it is dialled or final.</summary>
    public DateTimeOffset? DialAt => IsWaiting ? DueAt : null;

    /// <summary>Its lane in the queue: whether it came with others, which do not stand before a call that was asked for alone.</summary>
    public bool IsBatched { get; private init; }

    /// <summary>Whether it is made whatever the calling policy says.</summary>
    public bool PolicyIgnored { get; private init; }

    /// <summary>The version of the calling policy that it was judged by last.</summary>
    public long PolicyVersion { get; private set; }

    /// <summary>By when it is moved on whatever happens: at first to be dialled, then to be over.</summary>
    public DateTimeOffset DeadlineAt { get; private set; }

    /// <summary>Who dials it; known from the claim on.</summary>
    public string? Carrier { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>When the carrier is known to have the call. Until then nobody knows whether the phone rings.</summary>
    public DateTimeOffset? HandedOverAt { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>
    /// Since when its carrier is to be told to hang up; <c>null</c> again once the carrier has said that the call is over.
    /// </summary>
    public DateTimeOffset? HangUpRequestedAt { get; private set; }

    /// <summary>
    /// Why the call is hung up, which is then why it ends: <c>manually-canceled</c> or <c>contact-opted-out</c>, whichever came first.
    /// </summary>
    public string? HangUpReason { get; private set; }

    /// <summary>When the carrier confirmed that it was told to hang up.</summary>
    public DateTimeOffset? HangUpSentAt { get; private set; }

    /// <summary>Until when one worker has this call to itself while it talks to the carrier.</summary>
    public DateTimeOffset? LeasedUntil { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Whole seconds of conversation; <c>null</c> when nobody answered.</summary>
    public int? Duration { get; private set; }

    public string? EndedReason { get; private set; }

    public string? Fault { get; private set; }

    public bool? Retryable { get; private set; }

    public IReadOnlyList<TranscriptTurn> Transcript { get; private set; } = [];

    public string? RecordingUrl { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public bool IsFinal => Status is CallStatus.Ended or CallStatus.Cancelled or CallStatus.Error;

    private bool IsWaiting => Status is CallStatus.New or CallStatus.Scheduled;

    private EndedReason ReasonOfHangUp =>
        HangUpReason == Calls.EndedReason.ContactOptedOut.Value ? Calls.EndedReason.ContactOptedOut : Calls.EndedReason.ManuallyCanceled;

    /// <param name="dispatchWithin">How late it may be dialled at most.</param>
    public static Call Place(CallPlan plan, Id<Call> id, bool isBatched, TimeSpan dispatchWithin, DateTimeOffset now) =>
        new()
        {
            Id = id,
            OrganizationId = plan.OrganizationId,
            Status = plan.ScheduledAt is null && plan.DialAt <= now ? CallStatus.New : CallStatus.Scheduled,
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
            CreatedAt = now,
            UpdatedAt = now,
        };

    /// <summary>
    /// The time at which it is to be dialled if nothing stands against it: at the time that was asked for, and not in the past.
    /// </summary>
    public DateTimeOffset AskedFor(DateTimeOffset now) => (ScheduledAt ?? CreatedAt) is var asked && asked > now ? asked : now;

    /// <summary>Has it wait until a time by the calling policy.</summary>
    /// <returns>Whether it begins to wait with this: its time had come.</returns>
    public bool WaitUntil(DateTimeOffset dialAt, TimeSpan dispatchWithin, DateTimeOffset now)
    {
        var begins = DueAt <= now;
        PutAt(dialAt, CallStatus.Scheduled, dispatchWithin, now);
        return begins;
    }

    /// <summary>The calling policy stands no more in its way: it goes back to the time that was asked for.</summary>
    public void WaitNoMore(TimeSpan dispatchWithin, DateTimeOffset now)
    {
        // One whose time has come keeps its place among those that are to be dialled.
        if (AskedFor(now) < DueAt)
        {
            PutAt(AskedFor(now), ScheduledAt is null ? CallStatus.New : CallStatus.Scheduled, dispatchWithin, now);
        }
    }

    /// <summary>Has been judged by a version of the calling policy.</summary>
    public void JudgedBy(long policyVersion) => PolicyVersion = policyVersion;

    /// <summary>Claims the call for dialling, before the carrier is asked. From here on it is never handed to a carrier again.</summary>
    public void Claim(string carrier, TimeSpan lease, TimeSpan longest, DateTimeOffset now)
    {
        Status = CallStatus.Processing;
        Carrier = carrier;
        StartedAt = now;
        LeasedUntil = now + lease;
        DeadlineAt = now + longest;
        UpdatedAt = now;
    }

    /// <summary>Takes the call for one worker, to ask or tell its carrier something.</summary>
    public void Lease(TimeSpan lease, DateTimeOffset now) => LeasedUntil = now + lease;

    /// <summary>
    /// The carrier has it. A call that was over before the carrier had it stays over, and is hung up: nobody's phone goes on ringing for
    /// it. What a carrier says of a call that was never claimed, and so never ordered, is an error of the carrier's and must not keep that
    /// call from being dialled.
    /// </summary>
    public void HandOver(DateTimeOffset now)
    {
        if (Carrier is not null && HandedOverAt is null)
        {
            HandedOverAt = now;
            LeasedUntil = null;
            HangUpRequestedAt = IsFinal ? now : HangUpRequestedAt;
        }
    }

    /// <summary>Somebody answered. When the call is over already, that is the word by which its carrier shows that it has it.</summary>
    public void Answer(DateTimeOffset answeredAt, DateTimeOffset now)
    {
        HandOver(now);
        if (Status == CallStatus.Processing && AnsweredAt is null)
        {
            AnsweredAt = answeredAt;
            UpdatedAt = now;
        }
    }

    /// <summary>The carrier's final word. A call that was to be hung up ends as that, whoever hung up first.</summary>
    public bool End(CarrierOutcome outcome, DateTimeOffset now)
    {
        HangUpRequestedAt = null;
        if (Status != CallStatus.Processing)
        {
            return false;
        }

        HandOver(now);
        Transcript = outcome.Transcript;
        RecordingUrl = outcome.RecordingUrl;
        Finish(HangUpReason is null ? Calls.EndedReason.FromCarrier(outcome.Reason) : ReasonOfHangUp, outcome.EndedAt, now);

        // The carrier's count, where it has one: it is what the carrier bills.
        Duration = outcome.Duration ?? Duration;
        return true;
    }

    /// <summary>Ends a call whose carrier was told to hang up but never said that it did.</summary>
    public bool EndHungUp(DateTimeOffset now)
    {
        if (Status != CallStatus.Processing || HangUpSentAt is null)
        {
            return false;
        }

        Finish(ReasonOfHangUp, now, now);
        return true;
    }

    /// <summary>
    /// Ends a claimed call whose order has not left and is not to leave any more: it was cancelled, or its number entered into the ledger.
    /// </summary>
    public bool KeepBack(bool isOptedOut, DateTimeOffset now)
    {
        if (Status != CallStatus.Processing || HandedOverAt is not null)
        {
            return false;
        }

        HangUpReason ??= isOptedOut ? Calls.EndedReason.ContactOptedOut.Value : null;
        HangUpRequestedAt = null;
        Finish(ReasonOfHangUp, now, now);
        return true;
    }

    /// <summary>Ends the call without an outcome: not dialled, or not known.</summary>
    public bool Fail(EndedReason reason, DateTimeOffset now)
    {
        if (IsFinal)
        {
            return false;
        }

        Finish(CallStatus.Error, reason, now, now);
        return true;
    }

    /// <summary>Cancels at once what is not dialled yet; of what is, asks that the carrier be told to hang up.</summary>
    public bool Cancel(DateTimeOffset now)
    {
        if (IsWaiting)
        {
            Finish(CallStatus.Cancelled, Calls.EndedReason.ManuallyCanceled, now, now);
            return true;
        }

        if (Status != CallStatus.Processing)
        {
            return false;
        }

        HangUpRequestedAt ??= now;
        HangUpReason ??= Calls.EndedReason.ManuallyCanceled.Value;
        UpdatedAt = now;
        return true;
    }

    /// <summary>
    /// The carrier was told to hang up; if its report does not come within <paramref name="grace"/>, the deadline ends the call.
    /// </summary>
    public void HangUpSent(TimeSpan grace, DateTimeOffset now)
    {
        HangUpSentAt ??= now;
        LeasedUntil = null;
        if (Status == CallStatus.Processing)
        {
            DeadlineAt = now + grace < DeadlineAt ? now + grace : DeadlineAt;
        }
    }

    private void PutAt(DateTimeOffset dialAt, string status, TimeSpan dispatchWithin, DateTimeOffset now)
    {
        if (dialAt != DueAt)
        {
            (DueAt, DeadlineAt, Status, UpdatedAt) = (dialAt, dialAt + dispatchWithin, status, now);
        }
    }

    /// <summary>Ends a call that was being dialled or talked on.</summary>
    private void Finish(EndedReason reason, DateTimeOffset endedAt, DateTimeOffset now) =>
        Finish(reason == Calls.EndedReason.ContactOptedOut ? CallStatus.Error : CallStatus.Ended, reason, endedAt, now);

    private void Finish(string status, EndedReason reason, DateTimeOffset endedAt, DateTimeOffset now)
    {
        Status = status;
        EndedAt = endedAt;
        Duration = AnsweredAt is { } answeredAt ? Math.Max(0, (int)(endedAt - answeredAt).TotalSeconds) : null;
        EndedReason = reason.Value;
        Fault = reason.Fault;
        Retryable = reason.Retryable;
        LeasedUntil = null;
        UpdatedAt = now;
    }
}
