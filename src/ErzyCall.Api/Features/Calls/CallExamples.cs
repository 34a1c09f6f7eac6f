namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// A call in each of its states, for the API document: fields that hang on the state, as JSON. The others are made of their types.
/// </summary>
internal static class CallExamples
{
    public const string New = "{" + NewFields + "}";

    public const string NewInFull = "{" + NewFields + "," + Silent + "}";

    public const string Scheduled = "{" + Undecided
        + """
        ,"status":"scheduled","updatedAt":"2026-01-15T10:30:00.000Z","scheduledAt":"2026-01-16T09:00:00.000Z",
         "dialAt":"2026-01-16T09:00:00.000Z","startedAt":null}
        """;

    public const string Processing = "{" + Undecided
        + """
        ,"status":"processing","scheduledAt":null,"dialAt":null,"startedAt":"2026-01-15T10:30:02.000Z",
         "updatedAt":"2026-01-15T10:30:02.000Z"}
        """;

    public const string Ended = "{" + EndedFields + "}";

    public const string EndedInFull = "{" + EndedFields
        + """
        ,"transcript":[{"role":"assistant","message":"Hello Ada, this is the dental practice.","offset":0.4},
                       {"role":"user","message":"Yes, hello. That is fine with me.","offset":4.2}],
         "analysis":{"summary":"The customer will come."}}
        """;

    public const string Cancelled = "{" + CancelledFields + "}";

    public const string CancelledInFull = "{" + CancelledFields + "," + Silent + "}";

    /// <summary>A call that its carrier has refused.</summary>
    public const string Failed = "{" + Unanswered
        + """
        ,"status":"error","scheduledAt":null,"dialAt":null,"startedAt":"2026-01-15T10:30:02.000Z",
         "endedAt":"2026-01-15T10:30:03.000Z","endedReason":"carrier-rejected","fault":"carrier","retryable":false,
         "failure":{"code":"http-400","message":"The number cannot be called"},"provider":"vapi","updatedAt":"2026-01-15T10:30:03.000Z"}
        """;

    private const string Silent = """ "transcript":[],"analysis":null """;

    private const string Unanswered = """ "policyIgnored":false,"duration":null,"answeredBy":null,"recordingUrl":null,"cost":null """;

    private const string Undecided = Unanswered + """ ,"endedAt":null,"endedReason":null,"fault":null,"retryable":null,"failure":null """;

    private const string NewFields = Undecided
        + """
        ,"status":"new","updatedAt":"2026-01-15T10:30:00.000Z","scheduledAt":null,"dialAt":"2026-01-15T10:30:00.000Z","startedAt":null
        """;

    private const string EndedFields =
        """
        "status":"ended","scheduledAt":null,"dialAt":null,"startedAt":"2026-01-15T10:30:02.000Z","endedAt":"2026-01-15T10:31:12.000Z",
        "duration":61,"endedReason":"assistant-ended-call","fault":"none","retryable":false,"failure":null,"answeredBy":"human",
        "provider":"vapi","policyIgnored":false,
        "cost":{"amount":"0.0875","currency":"USD"},"updatedAt":"2026-01-15T10:31:14.000Z"
        """;

    private const string CancelledFields = Unanswered
        + """
        ,"status":"cancelled","scheduledAt":"2026-01-16T09:00:00.000Z","dialAt":null,"startedAt":null,
         "endedAt":"2026-01-15T11:00:00.000Z","endedReason":"manually-canceled","fault":"none","retryable":false,"failure":null,
         "updatedAt":"2026-01-15T11:00:00.000Z"
        """;
}
