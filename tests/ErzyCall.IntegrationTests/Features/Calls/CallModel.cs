using ErzyCall.IntegrationTests.Server;

namespace ErzyCall.IntegrationTests.Features.Calls;

/// <summary>
/// What an organization's calls are to do, as the contract says it: the states, the promises, the simulated carrier at speed 0. Its own words and its own arithmetic, nothing of
/// the server's. One thing happens at a time.
/// </summary>
internal sealed class CallModel(int limit, DateTimeOffset start)
{
    private static readonly TimeSpan s_dispatchWithin = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(32);
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromSeconds(2);

    /// <summary>How long a submission is its claimer's own business, and how long after it no word makes that the carrier is asked.</summary>
    private static readonly TimeSpan s_claimLease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan s_hangUpAgainAfter = TimeSpan.FromSeconds(10);

    /// <summary>How long a carrier that was told to hang up is given to report.</summary>
    private static readonly TimeSpan s_reportGrace = TimeSpan.FromSeconds(30);

    /// <summary>After this long without an answer a submission is given up.</summary>
    public static readonly TimeSpan SubmitPatience = TimeSpan.FromSeconds(20);

    /// <summary>Within which a number may be dialled so often.</summary>
    private static readonly TimeSpan s_capWindow = TimeSpan.FromHours(1);

    /// <summary>With so many claims one takes from the batches.</summary>
    private const int BatchTurn = 5;

    private readonly HashSet<string> _doNotCall = [];

    private ModelPolicy _policy = new(null, Waits: true, null);
    private int _policies;
    private int _claims;

    public DateTimeOffset Now { get; private set; } = start;

    public bool LineIsDown { get; set; }

    /// <summary>In the order of their creation, which never happens twice at one moment.</summary>
    public List<ModelCall> Calls { get; } = [];

    public void Pass(TimeSpan time) => Now += time;

    /// <returns>Why the call is not taken. One that is refused for its number is recorded all the same.</returns>
    public string? Create(string to, SubmitFate fate, TimeSpan? scheduledIn, bool isBatched)
    {
        var asked = Now + (scheduledIn ?? TimeSpan.Zero);
        var (dialAt, refusal) = Judge(to, asked);
        var isScheduled = scheduledIn is not null;
        var call = new ModelCall(to, fate, Now, asked) { IsScheduled = isScheduled, IsBatched = isBatched, JudgedBy = _policies };
        if (_doNotCall.Contains(to))
        {
            call.PutAt(asked, s_dispatchWithin);
            Calls.Add(call);
            call.Finish("error", "contact-opted-out");
            return "CONTACT_OPTED_OUT";
        }

        if (refusal is not null)
        {
            return refusal.ToUpperInvariant().Replace('-', '_');
        }

        Calls.Add(call);
        call.PutAt(dialAt, s_dispatchWithin);
        call.Status = !isScheduled && dialAt == Now ? "new" : "scheduled";
        call.Events.AddRange(call.Status == "new" ? [] : ["call.scheduled"]);
        return null;
    }

    public void Change(ModelPolicy policy)
    {
        _policy = policy;
        _policies++;
    }

    /// <summary>Judges waiting calls by a policy that has changed since they were judged.</summary>
    public void JudgeAnew()
    {
        foreach (var call in Calls.Where(call => call.IsWaiting && call.JudgedBy < _policies))
        {
            call.JudgedBy = _policies;
            var asked = call.AskedFor > Now ? call.AskedFor : Now;
            var (dialAt, refusal) = Judge(call.To, asked);
            if (refusal is not null)
            {
                call.Finish("error", refusal);
            }
            else if (dialAt > asked)
            {
                Wait(call, dialAt);
            }
            else if (call.DueAt > asked)
            {
                call.PutAt(asked, s_dispatchWithin);
                call.Status = call.IsScheduled ? "scheduled" : "new";
            }
        }
    }

    /// <summary>When a call may be made that is asked for at a time, or why it may not.</summary>
    private (DateTimeOffset DialAt, string? Refusal) Judge(string to, DateTimeOffset asked)
    {
        if (IsOpen(asked) && IsFree(asked))
        {
            return (asked, null);
        }

        if (!_policy.Waits)
        {
            return (asked, IsOpen(asked) ? "call-cap-reached" : "outside-calling-hours");
        }

        // Something changes only when the hours begin, and when a dial is long enough ago.
        var today = new DateTimeOffset(asked.Date, TimeSpan.Zero).AddMinutes(_policy.Minutes?.From ?? 0);
        var openings = Enumerable.Range(0, 3).Select(day => today.AddDays(day));
        var leaving = Calls.Where(call => call.To == to && call.ClaimedAt is not null).Select(call => call.ClaimedAt!.Value + s_capWindow);
        return (openings.Concat(leaving).Where(at => at > asked && IsOpen(at) && IsFree(at)).Min(), null);

        bool IsOpen(DateTimeOffset at) =>
            _policy.Minutes is not { } minutes || (at.TimeOfDay.TotalMinutes >= minutes.From && at.TimeOfDay.TotalMinutes < minutes.To);
        bool IsFree(DateTimeOffset at) =>
            _policy.Cap is not { } cap || Calls.Count(call => call.To == to && call.ClaimedAt > at - s_capWindow) < cap;
    }

    private void Wait(ModelCall call, DateTimeOffset dialAt)
    {
        call.Events.AddRange(call.DueAt > Now ? [] : ["call.scheduled"]);
        call.PutAt(dialAt, s_dispatchWithin);
        call.Status = "scheduled";
    }

    /// <returns>Whether it can still be cancelled.</returns>
    public bool Cancel(ModelCall call)
    {
        if (call.IsWaiting)
        {
            call.Finish("cancelled", "manually-canceled");
            return true;
        }

        if (call.Status == "processing")
        {
            call.HangUpReason ??= "manually-canceled";
            call.HangUpAt ??= Now;
        }

        return !call.IsFinal;
    }

    /// <returns>Whether the number was not there.</returns>
    public bool Block(string phone) => _doNotCall.Add(phone);

    /// <summary>Whether it is not known yet of an order to this number whether it has left: whoever enters the number waits.</summary>
    public bool IsInFlight(string phone) =>
        Calls.Exists(call => call.To == phone && call is { Status: "processing", IsSubmitted: false } && call.ClaimedAt > Now - s_claimLease);

    /// <summary>Has hung up what rings at numbers that were entered after the claim.</summary>
    public void FindOptedOut()
    {
        foreach (var call in Calls.Where(call => call is { Status: "processing", IsAnswered: false, HangUpAt: null } && _doNotCall.Contains(call.To)))
        {
            call.HangUpReason = "contact-opted-out";
            call.HangUpAt = Now;
        }
    }

    /// <returns>Whether the number was there.</returns>
    public bool Lift(string phone) => _doNotCall.Remove(phone);

    /// <summary>One step of the dispatch: claims as much as there is room for, in order, then submits.</summary>
    /// <returns>Whether a submission hangs until its time is over.</returns>
    public bool Dispatch()
    {
        var room = Math.Max(0, limit - Calls.Count(call => call.Status == "processing"));
        var waiting = Calls.Where(call => call.IsWaiting && call.DueAt <= Now && call.DeadlineAt > Now)
            .OrderBy(call => call.DueAt).ThenBy(call => call.Id, StringComparer.Ordinal)
            .ToList();
        var due = new List<ModelCall>();
        for (var claim = _claims + 1; due.Count < room && waiting.Count > 0; claim++)
        {
            var isBatchTurn = claim % BatchTurn == 0;
            var ofTurn = waiting.Find(call => call.IsBatched == isBatchTurn) ?? waiting[0];
            due.Add(ofTurn);
            waiting.Remove(ofTurn);
        }

        foreach (var call in due)
        {
            if (_doNotCall.Contains(call.To))
            {
                call.Finish("error", "contact-opted-out");
                continue;
            }

            call.JudgedBy = _policies;
            var (dialAt, refusal) = Judge(call.To, Now);
            if (refusal is not null)
            {
                call.Finish("error", refusal);
                continue;
            }

            if (dialAt > Now)
            {
                Wait(call, dialAt);
                continue;
            }

            _claims++;
            call.Status = "processing";
            call.Events.Add("call.started");
            call.ClaimedAt = Now;
            call.DeadlineAt = Now + (call.IsSilent ? s_longestSilence : s_longest);
            call.NextLookAt = Now + s_claimLease;
            MarkSubmitted(call);
        }

        return due.Exists(call => call is { Status: "processing", Fate: SubmitFate.Hangs });
    }

    /// <summary>Asks the carrier about every call of which nothing was heard for a while, and for the last time about those whose deadline has come.</summary>
    public void FindLost()
    {
        foreach (var call in Calls.Where(call => call.Status == "processing" && call.NextLookAt <= Now))
        {
            var isLate = Now >= call.DeadlineAt;
            if (isLate && call is { IsSubmitted: true, HangUpSent: false } && !LineIsDown)
            {
                // A carrier that does not know the call has told so when it was told to hang up, and is told once only.
                call.WasHungUp = call.GoesOn;
                call.HangUpSent = !call.IsKnownToCarrier;
            }

            // A carrier that was told to hang up, and shows the call as going on, is told again.
            if (!LineIsDown && call.IsKnownToCarrier)
            {
                Hear(call);
                call.HangUpAt = call.HangUpSent ? Now : call.HangUpAt;
                call.HangUpSent = false;
            }

            if (isLate)
            {
                GiveUp(call);
            }
            else if (!LineIsDown && !call.IsSubmitted)
            {
                call.Finish("error", "dispatch-unknown");
            }
            else
            {
                call.Looks += LineIsDown ? 0 : 1;
                var pause = s_silence * Math.Pow(2, call.Looks);
                LookAt(call, Now + (!call.IsSubmitted ? s_silence : pause < s_longestPause ? pause : s_longestPause));
            }
        }
    }

    private void GiveUp(ModelCall call)
    {
        var mayBeUp = call is { IsSubmitted: true, HangUpSent: false };
        call.HangUpAt = mayBeUp ? call.HangUpAt ?? Now : null;
        if (!call.IsSubmitted)
        {
            call.Finish("error", "dispatch-unknown");
        }
        else if (call.HangUpReason is not null && (!mayBeUp || (!LineIsDown && call.IsKnownToCarrier)))
        {
            call.FinishHungUp();
        }
        else
        {
            call.Finish("error", "deadline-exceeded");
        }
    }

    private static void LookAt(ModelCall call, DateTimeOffset time) => call.NextLookAt = time < call.DeadlineAt ? time : call.DeadlineAt;

    /// <summary>What the carrier says of a call that it was to have shows that it has it; of a call that is over, that it is to be hung up.</summary>
    private void Hear(ModelCall call)
    {
        if (call.ClaimedAt is null || call.IsSubmitted)
        {
            return;
        }

        call.IsSubmitted = true;
        call.HangUpAt = call.IsFinal ? Now : call.HangUpAt;
        Heard(call);
    }

    /// <summary>Something new was heard of a call.</summary>
    private void Heard(ModelCall call)
    {
        if (call.Status == "processing")
        {
            call.Looks = 0;
            LookAt(call, Now + s_silence);
        }
    }

    /// <summary>Tells the carrier to hang up what was cancelled or opted out while it was under way, and what it has of calls that are over.</summary>
    public void HangUp()
    {
        foreach (var call in Calls.Where(call => call is { IsSubmitted: true, HangUpSent: false } && call.HangUpAt <= Now))
        {
            call.HangUpAt = Now + s_hangUpAgainAfter;
            if (LineIsDown)
            {
                continue;
            }

            call.HangUpSent = true;
            call.WasHungUp = call.GoesOn;
            if (call.Status == "processing")
            {
                call.DeadlineAt = Now + s_reportGrace < call.DeadlineAt ? Now + s_reportGrace : call.DeadlineAt;
                LookAt(call, call.NextLookAt);
            }
        }
    }

    /// <summary>The simulated carrier plays what goes on to its end.</summary>
    public void Simulate()
    {
        foreach (var call in Calls.Where(call => call.GoesOn))
        {
            call.GoesOn = false;
            ReportEnd(call, call.To[^4..] switch { "0001" => "customer-did-not-answer", "0008" => "customer-ended-call", _ => "assistant-ended-call" }, asksNotToBeCalled: call.To.EndsWith("0008", StringComparison.Ordinal) && !call.WasHungUp);
        }
    }

    /// <summary>Ends what was not dialled in time.</summary>
    public void PassDeadlines()
    {
        foreach (var call in Calls.Where(call => call.IsWaiting && call.DeadlineAt <= Now))
        {
            call.Finish("error", "deadline-exceeded");
        }
    }

    public void ReportAnswer(ModelCall call)
    {
        Hear(call);
        if (call is { IsFinal: true, ClaimedAt: not null } or { HangUpSent: true })
        {
            call.HangUpAt = Now;
            call.HangUpSent = false;
        }

        if (call is { Status: "processing", IsAnswered: false })
        {
            call.IsAnswered = true;
            Heard(call);
        }
    }

    public void ReportEnd(ModelCall call, string reason, bool asksNotToBeCalled)
    {
        Hear(call);
        call.HangUpAt = null;
        if (call.Status == "processing")
        {
            if (call.HangUpReason is null)
            {
                call.Finish("ended", reason);
            }
            else
            {
                call.FinishHungUp();
            }
        }

        if (asksNotToBeCalled)
        {
            _doNotCall.Add(call.To);
        }
    }

    private void MarkSubmitted(ModelCall call)
    {
        call.Dials++;
        if (call.Fate is SubmitFate.NotConnected)
        {
            call.Finish("error", "carrier-failed-to-connect");
            return;
        }

        if (call.Fate is SubmitFate.OrderLost or SubmitFate.Hangs)
        {
            return;
        }

        call.IsKnownToCarrier = !call.IsRefused;
        call.GoesOn = call.IsKnownToCarrier && !call.IsSilent;
        if (call.Fate is SubmitFate.AnswerLost)
        {
            return;
        }

        if (call.IsRefused)
        {
            call.Finish("error", "carrier-rejected");
            return;
        }

        Hear(call);
        if (call.Fate is SubmitFate.ReportedFirst)
        {
            ReportEnd(call, FaultyLine.FirstReport, asksNotToBeCalled: false);
        }
    }
}

/// <summary>The calling policy as the model knows it.</summary>
/// <param name="Minutes">Of every day, by UTC; <c>null</c>: all of them.</param>
/// <param name="Waits">Whether calls outside of it wait.</param>
/// <param name="Cap">How often a number may be dialled within an hour.</param>
internal sealed record ModelPolicy((int From, int To)? Minutes, bool Waits, int? Cap);

/// <summary>A call as the model knows it.</summary>
internal sealed class ModelCall(string to, SubmitFate fate, DateTimeOffset createdAt, DateTimeOffset askedFor)
{
    /// <summary>Known once the server has told it.</summary>
    public string Id { get; set; } = "";

    public string To => to;

    public SubmitFate Fate => fate;

    public DateTimeOffset CreatedAt => createdAt;

    public DateTimeOffset AskedFor => askedFor;

    public bool IsScheduled { get; init; }

    public bool IsBatched { get; init; }

    /// <summary>How many policies there had been when it was judged.</summary>
    public int JudgedBy { get; set; }

    public DateTimeOffset DueAt { get; private set; }

    public DateTimeOffset DeadlineAt { get; set; }

    /// <summary>When the carrier is asked about it, once it is claimed.</summary>
    public DateTimeOffset NextLookAt { get; set; }

    /// <summary>How often the carrier was asked and had nothing new to tell.</summary>
    public int Looks { get; set; }

    public string Status { get; set; } = "";

    public string? EndedReason { get; private set; }

    public List<string> Events { get; } = [];

    public int Dials { get; set; }

    public bool IsSubmitted { get; set; }

    public DateTimeOffset? ClaimedAt { get; set; }

    public bool IsAnswered { get; set; }

    /// <summary>Why it is hung up, from when that is asked for.</summary>
    public string? HangUpReason { get; set; }

    /// <summary>When the carrier is to be told to hang up, if it is.</summary>
    public DateTimeOffset? HangUpAt { get; set; }

    public bool HangUpSent { get; set; }

    public bool IsKnownToCarrier { get; set; }

    /// <summary>Whether the carrier will report of it.</summary>
    public bool GoesOn { get; set; }

    public bool WasHungUp { get; set; }

    public bool IsWaiting => Status is "new" or "scheduled";

    public bool IsFinal => Status is "ended" or "cancelled" or "error";

    public bool IsRefused => to.EndsWith("0006", StringComparison.Ordinal);

    public bool IsSilent => to.EndsWith("0007", StringComparison.Ordinal);

    public void PutAt(DateTimeOffset dueAt, TimeSpan dispatchWithin) => (DueAt, DeadlineAt) = (dueAt, dueAt + dispatchWithin);

    public void FinishHungUp() => Finish(HangUpReason == "contact-opted-out" ? "error" : "ended", HangUpReason!);

    public void Finish(string status, string reason)
    {
        Status = status;
        EndedReason = reason;
        HangUpAt = IsSubmitted ? HangUpAt : null;
        Events.Add(status switch { "ended" => "call.ended", "cancelled" => "call.cancelled", _ => "call.failed" });
    }
}
