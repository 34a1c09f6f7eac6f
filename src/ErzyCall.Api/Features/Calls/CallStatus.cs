namespace ErzyCall.Api.Features.Calls;

/// <summary>
/// The status of a call. <c>new|scheduled → processing → ended|error</c>, <c>new|scheduled → cancelled|error</c>; the last three are final.
/// The calling policy also moves a call between <c>new</c> and <c>scheduled</c>.
/// </summary>
/// <remarks>The trigger <c>calls_guard_moves</c> refuses any other move in the database itself.</remarks>
internal static class CallStatus
{
    /// <summary>The call is to be dialled as soon as the organization has room.</summary>
    public const string New = "new";

    /// <summary>
    /// The call is to be dialled at a time, <c>dialAt</c>: the one that was asked for, or when the calling policy allows it.
    /// </summary>
    public const string Scheduled = "scheduled";

    /// <summary>The call is claimed for dialling: the phone may be ringing.</summary>
    public const string Processing = "processing";

    /// <summary>The call is over: its carrier reported an outcome, or it was cancelled while it was dialled.</summary>
    public const string Ended = "ended";

    /// <summary>The call was cancelled before it was dialled.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>
    /// The call was not dialled, failed, was hung up because its number was entered into the do-not-call ledger, or its outcome is not
    /// known.
    /// </summary>
    public const string Error = "error";

    public static IReadOnlyList<string> All { get; } = [New, Scheduled, Processing, Ended, Cancelled, Error];
}
