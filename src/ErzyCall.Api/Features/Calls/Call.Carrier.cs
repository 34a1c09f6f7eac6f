using System.Text.Json;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.Calls.Dispatch;

namespace ErzyCall.Api.Features.Calls;

/// <summary>The part of a call that happens between the server and the carrier, from the claim on.</summary>
internal sealed partial class Call
{
    public const int MaxCarrierCallId = 100;

    /// <summary>
    /// The longest time without a word about a call before its carrier is asked; it doubles with each answer that brings nothing.
    /// </summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_longestSilence = TimeSpan.FromMinutes(8);

    /// <summary>
    /// The times after the claim at which a carrier is asked for a call that it is not known to have, where it may show calls late. A call
    /// that is not found the last time is not found.
    /// </summary>
    private static readonly TimeSpan[] s_looksForLost = [TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(240)];

    /// <summary>
    /// The longest time that the report of a call that is being hung up is waited for, which brings the transcript.
    /// </summary>
    private static readonly TimeSpan s_reportOfHangUp = TimeSpan.FromSeconds(30);

    /// <summary>How long after its end a carrier may add to what is known of a call: cost and recording come late.</summary>
    private static readonly TimeSpan s_supplementedFor = TimeSpan.FromHours(24);

    /// <summary>
    /// The name of the carrier: the one that dials the call, or is to dial it as things were when it was placed. <c>null</c> when there was
    /// none.
    /// </summary>
    public string? Carrier { get; private set; }

    /// <summary>The account with the carrier; <c>null</c> before the claim, and at the simulated carrier.</summary>
    public Id<CarrierAccount>? CarrierAccountId { get; private set; }

    /// <summary>
    /// The carrier's own id of the call. It is written once, by whichever comes first: the answer to the order, a report, or a look-up.
    /// </summary>
    public string? CarrierCallId { get; private set; }

    /// <inheritdoc cref="HandOver.Accepted"/>
    public string? CarrierControl { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>The time at which the carrier was known to have the call. Until then nobody knows whether the phone rings.</summary>
    public DateTimeOffset? SubmittedAt { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>Who answered: one of <see cref="Answerer"/>.</summary>
    public string? AnsweredBy { get; private set; }

    /// <summary>
    /// The time at which the carrier said that the line is free, and with it the call's place among those that the organization may have at
    /// once; <c>null</c> when the carrier said that with the outcome.
    /// </summary>
    public DateTimeOffset? LineFreeAt { get; private set; }

    /// <summary>The reason that the carrier gave when the line became free: the call ends with it when no outcome follows.</summary>
    public string? LineFreeReason { get; private set; }

    /// <summary>
    /// The time at which the carrier is asked about the call unless a word comes before; never later than the deadline. A worker that asks
    /// puts it off, and until then has the call to itself: from the claim on it is the lease of whoever claimed the call. <c>null</c> when
    /// the call is not in processing.
    /// </summary>
    public DateTimeOffset? NextLookAt { get; private set; }

    /// <summary>The number of times that the carrier was asked and had nothing new to tell.</summary>
    public short Looks { get; private set; }

    /// <summary>
    /// The time at which the carrier is to be told to hang up, or to be told again; <c>null</c> when it is not, and again once the carrier
    /// has said that the call is over.
    /// </summary>
    public DateTimeOffset? HangUpRequestedAt { get; private set; }

    /// <summary>
    /// The reason why the call is hung up, and so why it ends: <c>manually-canceled</c> or <c>contact-opted-out</c>, whichever came first.
    /// </summary>
    public string? HangUpReason { get; private set; }

    /// <summary>The time at which the carrier confirmed the request to hang up.</summary>
    public DateTimeOffset? HangUpSentAt { get; private set; }

    public IReadOnlyList<TranscriptTurn> Transcript { get; private set; } = [];

    /// <summary>The address of this server at which the recording is; <c>null</c> when there is none.</summary>
    public string? RecordingUrl { get; private set; }

    public decimal? CostAmount { get; private set; }

    /// <summary>The currency of the cost, by ISO 4217.</summary>
    public string? CostCurrency { get; private set; }

    /// <summary>What the voice platform makes of the conversation, as it gave it.</summary>
    public JsonElement? Analysis { get; private set; }

    public string? FailureCode { get; private set; }

    public string? FailureMessage { get; private set; }

    /// <summary>The carrier's own words for why the call failed.</summary>
    public CarrierFailure? Failure => FailureCode is null ? null : new CarrierFailure(FailureCode, FailureMessage ?? "");

    public CallCost? Cost => CallCost.Of(CostAmount, CostCurrency);

    /// <summary>Whether something has been added, after the end of the call, to what is known of it.</summary>
    public bool IsSupplemented { get; private set; }

    private EndedReason ReasonOfHangUp =>
        HangUpReason == Calls.EndedReason.ContactOptedOut.Value ? Calls.EndedReason.ContactOptedOut : Calls.EndedReason.ManuallyCanceled;

    /// <summary>
    /// Claims the call for dialling, before the carrier is asked. That happens once, so a call is never given to a carrier twice.
    /// </summary>
    /// <param name="lease">The time for which nobody but whoever claims it touches the call.</param>
    public void Claim(string carrier, Id<CarrierAccount>? account, TimeSpan lease, TimeSpan longest, DateTimeOffset now)
    {
        Status = CallStatus.Processing;
        (Carrier, CarrierAccountId) = (carrier, account);
        StartedAt = now;
        DeadlineAt = now + longest;
        NextLookAt = now + lease;
        UpdatedAt = now;
    }

    /// <summary>
    /// Binds the call to the carrier's own id of it, and records with it that the carrier has the call. A call that was over before that
    /// stays over, and is hung up, so that nobody's phone goes on ringing for it. What a carrier says of a call that was never claimed, and
    /// so never ordered, is an error of the carrier's and must not keep that call from being dialled.
    /// </summary>
    /// <param name="carrierCallId">The carrier's id; <c>null</c> when its word does not name it.</param>
    /// <returns><c>false</c> when the call is bound to another id: what this one names rings a second time.</returns>
    public bool Bind(string? carrierCallId, string? control, DateTimeOffset now)
    {
        if (StartedAt is null)
        {
            return true;
        }

        if (CarrierCallId is not null && carrierCallId is not null && CarrierCallId != carrierCallId)
        {
            return false;
        }

        CarrierCallId ??= carrierCallId;
        CarrierControl ??= control;
        if (SubmittedAt is null)
        {
            SubmittedAt = now;
            HangUpRequestedAt = IsFinal ? now : HangUpRequestedAt;
            Heard(now);
        }

        return true;
    }

    /// <summary>
    /// Has a call hung up of which its carrier speaks as if somebody were on the phone, although it is over, or was to be hung up. Each
    /// such word asks anew.
    /// </summary>
    public void Fence(DateTimeOffset now)
    {
        if (StartedAt is not null)
        {
            HangUpRequestedAt = now;
            HangUpSentAt = null;
        }
    }

    /// <summary>Records that somebody answered.</summary>
    public void Answer(DateTimeOffset answeredAt, DateTimeOffset now)
    {
        if (Status == CallStatus.Processing && AnsweredAt is null)
        {
            AnsweredAt = Within(answeredAt, now);
            UpdatedAt = now;
            Heard(now);
        }
    }

    /// <summary>
    /// Records that the line is free. What the carrier has to tell about the call is waited for, for <paramref name="reportsWithin"/> at
    /// most.
    /// </summary>
    public void FreeLine(FreedLine line, TimeSpan reportsWithin, DateTimeOffset now)
    {
        HangUpRequestedAt = null;
        if (Status == CallStatus.Processing && LineFreeAt is null)
        {
            LineFreeAt = now;
            LineFreeReason = line.Reason?.Value;
            UpdatedAt = now;
            EndWithin(reportsWithin, now);
        }
    }

    /// <summary>
    /// Ends the call with the carrier's final word. A call that was to be hung up ends for that reason, whoever hung up first. To a call
    /// that is over already, the word adds what is missing.
    /// </summary>
    public void End(CarrierOutcome outcome, DateTimeOffset now)
    {
        HangUpRequestedAt = null;
        if (Status == CallStatus.Processing)
        {
            Add(outcome);
            AnsweredBy = outcome.AnsweredBy;
            (FailureCode, FailureMessage) = (outcome.Failure?.Code, outcome.Failure?.Message);
            Finish(HangUpReason is null ? outcome.Reason : ReasonOfHangUp, Within(outcome.EndedAt, now), now);

            // The carrier's count is taken where it has one, since that is what the carrier bills. Nobody talks with a machine.
            Duration = AnsweredBy == Answerer.Machine ? null : outcome.Duration ?? Duration;
        }
        else if (StartedAt is not null && EndedAt > now - s_supplementedFor && Add(outcome))
        {
            IsSupplemented = true;
            UpdatedAt = now;
        }
    }

    /// <summary>
    /// Ends a claimed call whose order has not left and is not to leave any more: it was cancelled, or its number entered into the ledger.
    /// </summary>
    /// <returns>Whether there is nothing more to do: always.</returns>
    public bool KeepBack(bool isOptedOut, DateTimeOffset now)
    {
        if (Status == CallStatus.Processing && SubmittedAt is null)
        {
            HangUpReason ??= isOptedOut ? Calls.EndedReason.ContactOptedOut.Value : null;
            HangUpRequestedAt = null;
            Finish(ReasonOfHangUp, now, now);
        }

        return true;
    }

    /// <summary>Ends the call because its carrier does not place it; a carrier that is known to have it all the same is believed.</summary>
    /// <returns>Whether there is nothing more to do: always.</returns>
    public bool Refuse(EndedReason reason, CarrierFailure? failure, DateTimeOffset now)
    {
        if (SubmittedAt is null && Fail(reason, now))
        {
            (FailureCode, FailureMessage) = (failure?.Code, failure?.Message);
        }

        return true;
    }

    /// <summary>
    /// Records that the carrier was asked to hang up. The call goes on until the carrier reports, or is given up.
    /// </summary>
    public void HangUpSent(DateTimeOffset now)
    {
        HangUpSentAt ??= now;
        if (Status == CallStatus.Processing)
        {
            EndWithin(s_reportOfHangUp, now);
        }
    }

    /// <summary>
    /// Records that the carrier was asked about the call, after what it told was taken. A call that cannot be found, and one whose deadline
    /// has passed, ends with what is known.
    /// </summary>
    /// <param name="sighting">What the carrier said; <c>null</c> when it said nothing.</param>
    /// <param name="isHungUp">Whether the carrier has heard, before it was asked, that it is to hang up.</param>
    public void LookedUp(Sighting? sighting, bool isHungUp, DateTimeOffset now)
    {
        if (Status != CallStatus.Processing)
        {
            return;
        }

        // A carrier that has heard and still shows the call as going on has not done it.
        var isShownUp = sighting is Sighting.Seen { Reports: var reports } && reports.Any(report => report.IsUp);
        HangUpSentAt ??= isHungUp && !isShownUp ? now : null;
        var isLost = SubmittedAt is null;
        Looks += (short)(sighting is null ? 0 : 1);
        if (now >= DeadlineAt)
        {
            GiveUp(isTold: sighting is Sighting.Seen, now);
        }
        else if (isLost && (sighting is Sighting.Absent || Looks >= s_looksForLost.Length))
        {
            Fail(Calls.EndedReason.DispatchUnknown, now);
        }
        else
        {
            var pause = s_silence * Math.Pow(2, Looks);
            LookAt(
                isLost && sighting is not null ? StartedAt!.Value + s_looksForLost[Looks]
                : now + (isLost ? s_silence : pause < s_longestSilence ? pause : s_longestSilence));
        }
    }

    /// <summary>Has the carrier asked at once: what it wanted to tell could not be taken.</summary>
    public void LookSoon(DateTimeOffset now)
    {
        if (Status == CallStatus.Processing)
        {
            LookAt(now);
        }
    }

    /// <summary>Ends a call of which its carrier has told no end in time.</summary>
    /// <param name="isTold">Whether the carrier knows the call, and so has heard what was to become of it.</param>
    private void GiveUp(bool isTold, DateTimeOffset now)
    {
        var mayBeUp = SubmittedAt is not null && LineFreeAt is null && HangUpSentAt is null;
        var reason = SubmittedAt is null ? Calls.EndedReason.DispatchUnknown
            : HangUpReason is not null && (isTold || !mayBeUp) ? ReasonOfHangUp
            : LineFreeReason is { } told ? Calls.EndedReason.Told(told)
            : Calls.EndedReason.NeverReported;
        HangUpRequestedAt = mayBeUp ? HangUpRequestedAt ?? now : null;
        Finish(reason, LineFreeAt ?? now, now);
    }

    /// <summary>Records that something was heard of the call: the carrier is asked when nothing more is heard for a while.</summary>
    private void Heard(DateTimeOffset now)
    {
        if (Status == CallStatus.Processing)
        {
            Looks = 0;
            LookAt(now + s_silence);
        }
    }

    private void EndWithin(TimeSpan time, DateTimeOffset now)
    {
        DeadlineAt = now + time < DeadlineAt ? now + time : DeadlineAt;
        LookAt(NextLookAt ?? DeadlineAt);
    }

    /// <summary>A time that the carrier tells, as far as it can be: from the claim until now.</summary>
    private DateTimeOffset Within(DateTimeOffset time, DateTimeOffset now) => time < StartedAt ? StartedAt.Value : time > now ? now : time;

    private void LookAt(DateTimeOffset time) => NextLookAt = time < DeadlineAt ? time : DeadlineAt;

    /// <summary>Has the call hung up. One whose line is free already is not: it ends as its carrier says.</summary>
    private bool RequestHangUp(EndedReason reason, DateTimeOffset now)
    {
        if (Status == CallStatus.Processing && LineFreeAt is null)
        {
            HangUpRequestedAt ??= now;
            HangUpReason ??= reason.Value;
            UpdatedAt = now;
        }

        return Status == CallStatus.Processing;
    }

    /// <summary>Adds what is not known yet.</summary>
    /// <returns>Whether there was something to add.</returns>
    private bool Add(CarrierOutcome outcome)
    {
        var isNew = (Transcript.Count == 0 && outcome.Transcript.Count > 0)
            || (RecordingUrl is null && outcome.RecordingUrl is not null)
            || (CostAmount is null && outcome.CostInDollars is not null)
            || (Analysis is null && outcome.Analysis is not null);
        Transcript = Transcript.Count == 0 ? outcome.Transcript : Transcript;
        RecordingUrl ??= outcome.RecordingUrl;
        CostAmount ??= outcome.CostInDollars;
        CostCurrency = CostAmount is null ? null : "USD";
        Analysis ??= outcome.Analysis;
        return isNew;
    }
}
