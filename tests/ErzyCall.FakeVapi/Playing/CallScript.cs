namespace ErzyCall.VapiStandIn.Playing;

/// <summary>What befalls an order that is played.</summary>
internal enum PlayedFate
{
    /// <summary>All is as documented.</summary>
    Proper,

    /// <summary>The order is accepted and the connection closed without an answer.</summary>
    AnswerLost,

    AcceptedLate,

    /// <summary>The answer is lost, and the list shows the call late: a list that lags matters only to whoever has to ask it.</summary>
    ListedLate,

    CallbacksBeforeAnswer,

    CallbacksTwice,

    CallbacksReversed,

    CallbacksLost,

    CallbacksAlsoElsewhere,

    /// <summary>
    /// The answer is lost, and nothing is seen or heard of the call until long after, when the phone rings, is answered, and stays so until it is hung up.
    /// </summary>
    AnsweredLate,
}

/// <summary>How one call is played. Its times are true ones, divided by the speed already.</summary>
internal sealed record CallScript
{
    /// <summary>A run must first show that calls go right, and the many that do make the faults hit a busy server.</summary>
    private const int ProperShare = 60;

    /// <summary>It is the commonest of a client's doubts, a connection that breaks at the wrong moment, and so the commonest fault.</summary>
    private const int AnswerLostShare = 8;

    /// <summary>A platform that is overloaded answers after its clients have given up, which is as common as its list lagging.</summary>
    private const int AcceptedLateShare = 5;

    /// <summary>A list is served by replicas and caches, so that "not in it" is no proof that there is no call.</summary>
    private const int ListedLateShare = 5;

    /// <summary>Order and callback travel on different connections, and the shorter way wins now and then.</summary>
    private const int CallbacksBeforeAnswerShare = 5;

    /// <summary>Whoever repeats what was not acknowledged in time sends things twice.</summary>
    private const int CallbacksTwiceShare = 5;

    /// <summary>Nothing in the documents promises an order.</summary>
    private const int CallbacksReversedShare = 5;

    /// <summary>Without a backoff plan a callback is tried once; an outage longer than the plan has the same effect, and is rarer.</summary>
    private const int CallbacksLostShare = 3;

    /// <summary>A mix-up of addresses is a fault of the platform's own, and the rarest together with the next one.</summary>
    private const int CallbacksAlsoElsewhereShare = 2;

    /// <summary>It takes a run the longest to see through, so there are few of them. They are what is left of a hundred.</summary>
    private const int AnsweredLateShare = 2;

    /// <summary>Most people who are called answer in a test, since what goes wrong goes wrong most in conversations.</summary>
    private const int AnsweredShare = 90;

    /// <summary>One conversation in thirty brings an entry of the do-not-call ledger, so that numbers to be called do not run out.</summary>
    private const int ToolShare = 3;

    /// <summary>It is longer than the patience of a client, and than the time-out of most proxies.</summary>
    private static readonly TimeSpan s_acceptedLate = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan s_listLag = TimeSpan.FromSeconds(90);

    /// <summary>It is longer than anybody looks for a call whose order was not answered.</summary>
    private static readonly TimeSpan s_answeredLate = TimeSpan.FromSeconds(300);

    private static readonly (PlayedFate Fate, int Share)[] s_shares =
    [
        (PlayedFate.Proper, ProperShare),
        (PlayedFate.AnswerLost, AnswerLostShare),
        (PlayedFate.AcceptedLate, AcceptedLateShare),
        (PlayedFate.ListedLate, ListedLateShare),
        (PlayedFate.CallbacksBeforeAnswer, CallbacksBeforeAnswerShare),
        (PlayedFate.CallbacksTwice, CallbacksTwiceShare),
        (PlayedFate.CallbacksReversed, CallbacksReversedShare),
        (PlayedFate.CallbacksLost, CallbacksLostShare),
        (PlayedFate.CallbacksAlsoElsewhere, CallbacksAlsoElsewhereShare),
        (PlayedFate.AnsweredLate, AnsweredLateShare),
    ];

    public required PlayedFate Fate { get; init; }

    public required TimeSpan RingsAfter { get; init; }

    /// <summary>From the ringing to the answer, or to the end of a call that nobody answers.</summary>
    public required TimeSpan AnsweredAfter { get; init; }

    public required TimeSpan TalksFor { get; init; }

    public required TimeSpan ReportedAfter { get; init; }

    public required bool IsAnswered { get; init; }

    public required bool UsesTool { get; init; }

    public required ToolCallShape ToolCallShape { get; init; }

    /// <summary>What the provider calls the assistant in messages.</summary>
    public required string AssistantRole { get; init; }

    public required string EndedReason { get; init; }

    public OrderFate OrderFate { get; private init; } = OrderFate.Accept;

    public TimeSpan ListLag { get; private init; }

    public Delivery Delivery => Fate switch
    {
        PlayedFate.CallbacksTwice => Delivery.Twice,
        PlayedFate.CallbacksReversed => Delivery.Reversed,
        PlayedFate.CallbacksLost => Delivery.Lost,
        PlayedFate.CallbacksAlsoElsewhere => Delivery.AlsoElsewhere,
        _ => Delivery.Once,
    };

    /// <summary>Draws a script. Every script takes as many random numbers as any other, so that the nth is the same in every run with the same seed.</summary>
    public static CallScript Draw(Random random, double speed)
    {
        var fate = Choose(random.Next(100));
        var (rings, answers, talks) = (Seconds(0.5, 1.5), Seconds(0.5, 1.5), Seconds(3, 10));
        var isAnswered = random.Next(100) < AnsweredShare;
        var usesTool = random.Next(100) < ToolShare;
        var shape = (ToolCallShape)random.Next(Enum.GetValues<ToolCallShape>().Length);
        var assistantRole = random.Next(2) == 0 ? "bot" : "assistant";
        var (first, second) = isAnswered ? ("customer-ended-call", "assistant-ended-call") : ("customer-did-not-answer", "customer-busy");
        return new CallScript
        {
            Fate = fate,
            RingsAfter = fate is PlayedFate.AnsweredLate ? s_answeredLate / speed : rings,
            AnsweredAfter = answers,
            TalksFor = talks,
            ReportedAfter = TimeSpan.FromSeconds(1) / speed,
            IsAnswered = isAnswered || fate is PlayedFate.AnsweredLate,
            UsesTool = usesTool,
            ToolCallShape = shape,
            AssistantRole = assistantRole,
            EndedReason = random.Next(2) == 0 ? first : second,
            OrderFate = fate switch
            {
                PlayedFate.AnswerLost or PlayedFate.ListedLate or PlayedFate.AnsweredLate => OrderFate.AcceptAndLoseAnswer,
                PlayedFate.AcceptedLate => OrderFate.AcceptLate(s_acceptedLate / speed),
                PlayedFate.CallbacksBeforeAnswer => OrderFate.CallbacksBeforeAnswer,
                _ => OrderFate.Accept,
            },
            ListLag = fate switch
            {
                PlayedFate.ListedLate => s_listLag / speed,
                PlayedFate.AnsweredLate => s_answeredLate / speed,
                _ => TimeSpan.Zero,
            },
        };

        TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(least + (random.NextDouble() * (most - least))) / speed;
    }

    private static PlayedFate Choose(int percent)
    {
        foreach (var (fate, share) in s_shares)
        {
            if ((percent -= share) < 0)
            {
                return fate;
            }
        }

        throw new InvalidOperationException("The shares are less than a hundred.");
    }
}
