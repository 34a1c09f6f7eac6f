namespace ErzyCall.VapiStandIn;

/// <summary>What the answer to an order is, when it is not a call.</summary>
internal sealed record RawAnswer(int Status, string Body, string ContentType = "application/json", string? RetryAfter = null)
{
    /// <summary>An answer of 2 MiB that is well-formed.</summary>
    public static RawAnswer Huge { get; } = new(201, $$"""{"id":"{{Guid.Empty}}","status":"queued","filling":"{{new string('x', 2 * 1024 * 1024)}}"}""");

    /// <summary>A success that tells of an error.</summary>
    public static RawAnswer ErrorInside { get; } = new(200, """{"error":"Something went wrong"}""");

    /// <summary>A success that does not tell which call it is.</summary>
    public static RawAnswer WithoutId { get; } = new(201, """{"status":"queued","type":"outboundPhoneCall"}""");

    /// <summary>What a proxy before the platform may say.</summary>
    public static RawAnswer Html(int status) => new(status, "<!DOCTYPE html><html><body><h1>Just a moment…</h1></body></html>", "text/html; charset=utf-8");

    public static RawAnswer Empty(int status) => new(status, "");
}

/// <summary>What happens to the connection instead of an answer.</summary>
internal enum ConnectionEnd
{
    /// <summary>Nothing: there is an answer.</summary>
    None,

    /// <summary>It is closed in the orderly way (FIN).</summary>
    Closed,

    /// <summary>It is reset (RST).</summary>
    Reset,

    /// <summary>It stays open, silent, until the client gives up.</summary>
    Held,
}

/// <summary>What becomes of an order whose key and body are right.</summary>
internal sealed record OrderFate
{
    public static OrderFate Accept { get; } = new();

    /// <summary>The call is made, and the connection closed without an answer.</summary>
    public static OrderFate AcceptAndLoseAnswer { get; } = new() { End = ConnectionEnd.Closed };

    /// <summary>The call is made, and its ringing is told (and that has been answered) before the order is answered.</summary>
    public static OrderFate CallbacksBeforeAnswer { get; } = new() { RingsFirst = true };

    /// <summary>There is no call and no answer, for as long as the client waits.</summary>
    public static OrderFate Hang { get; } = new() { IsAccepted = false, End = ConnectionEnd.Held };

    public static OrderFate ResetBeforeAccept { get; } = new() { IsAccepted = false, End = ConnectionEnd.Reset };

    public static OrderFate ResetAfterAccept { get; } = new() { End = ConnectionEnd.Reset };

    private OrderFate()
    {
    }

    /// <summary>Whether a phone will ring.</summary>
    public bool IsAccepted { get; private init; } = true;

    /// <summary>How long the platform thinks before it does anything.</summary>
    public TimeSpan Delay { get; private init; }

    public bool RingsFirst { get; private init; }

    public ConnectionEnd End { get; private init; }

    /// <summary>The answer; <c>null</c> for that of the platform.</summary>
    public RawAnswer? Answer { get; private init; }

    /// <summary>The call is made after the delay, also when the client has given up by then, and the order answered.</summary>
    public static OrderFate AcceptLate(TimeSpan delay) => new() { Delay = delay };

    public static OrderFate Refuse(int status, string body, string contentType = "application/json", string? retryAfter = null) =>
        AnswerWith(new RawAnswer(status, body, contentType, retryAfter), isAccepted: false);

    /// <param name="answer">What the client is told.</param>
    /// <param name="isAccepted">Whether the call is made nevertheless.</param>
    public static OrderFate AnswerWith(RawAnswer answer, bool isAccepted) => new() { Answer = answer, IsAccepted = isAccepted };
}
