using System.Text.Json;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Platform;

namespace ErzyCall.Api.Features.Calls.Dispatch.Vapi;

/// <summary>
/// Reads what Vapi says of a call: in a callback (https://docs.vapi.ai/server-url/events), or when it is asked (<c>GET /call/{id}</c>).
/// Both have the same fields; a callback has them beside the call. What is not documented, or is of another kind, is passed over.
/// </summary>
internal static class VapiReports
{
    /// <summary>The largest analysis that is kept, in characters of JSON: 16 KiB.</summary>
    private const int LargestAnalysis = 16 * 1024;

    private const int MaxTurn = 10_000;

    private const int MaxTurns = 2_000;

    private const string InProgress = "in-progress";
    private const string Ended = "ended";

    /// <summary>
    /// The time after the end of a call for which Vapi may still be putting together what was said: a call that it shows without that is
    /// asked about again.
    /// </summary>
    private static readonly TimeSpan s_reportsWithin = TimeSpan.FromSeconds(120);

    /// <summary>The longest call that Vapi makes; what is longer is a mistake in its times.</summary>
    private static readonly TimeSpan s_longestCall = TimeSpan.FromHours(12);

    /// <summary>Reads a message of a callback.</summary>
    /// <param name="recordingUrl">The address of this server at which a recording of the call would be.</param>
    /// <param name="now">The time of what the message does not date.</param>
    public static CarrierReport OfMessage(Id<Call> id, JsonElement message, string recordingUrl, DateTimeOffset now)
    {
        var call = message.Object("call");
        var report = new CarrierReport(id) { CarrierCallId = CarrierIdIn(call) };
        switch (message.Text("type"))
        {
            case "status-update" when message.Text("status") == InProgress:
                return report with { AnsweredAt = now };

            case "status-update" when message.Text("status") == Ended:
                return WithFreeLine(report, message.Text("endedReason"));

            case "end-of-call-report":
                return WithOutcome(report, message, call, recordingUrl, now);

            case "tool-calls":
                // The assistant talks with somebody.
                return report with { AnsweredAt = now, OptsOut = ToolCallsIn(message).Any(tool => tool.Name == VapiOrder.OptOutTool) };

            default:
                return report;
        }
    }

    /// <summary>Reads a call that Vapi was asked for.</summary>
    /// <param name="control">What the call can be hung up with, encrypted; <c>null</c> when Vapi does not tell.</param>
    /// <inheritdoc cref="OfMessage"/>
    public static CarrierReport OfCall(Id<Call> id, JsonElement call, string? control, string recordingUrl, DateTimeOffset now)
    {
        var report = new CarrierReport(id) { CarrierCallId = CarrierIdIn(call), Control = control };
        if (call.Text("status") is InProgress or "forwarding")
        {
            return report with { AnsweredAt = call.Time("startedAt") ?? now };
        }

        if (call.Text("status") != Ended)
        {
            return report;
        }

        // What was said may come a little after the end.
        var endedAt = call.Time("endedAt") ?? now;
        return call.Object("artifact") is null && now < endedAt + s_reportsWithin
            ? WithFreeLine(report, call.Text("endedReason"))
            : WithOutcome(report, call, call, recordingUrl, now);
    }

    /// <summary>The calls of tools in a message, in whichever of the documented shapes they are.</summary>
    public static IEnumerable<VapiToolCall> ToolCallsIn(JsonElement message) =>
        message.Array("toolCallList")
            .Concat(message.Array("toolCalls"))
            .Concat(message.Array("toolWithToolCallList").Select(pair => pair.Object("toolCall") ?? default))
            .Select(tool => new VapiToolCall(tool.Text("id"), tool.Text("name") ?? tool.Object("function")?.Text("name")))
            .Where(tool => tool.Name is not null)
            .Distinct();

    private static CarrierReport WithFreeLine(CarrierReport report, string? word) =>
        report with { LineFree = new FreedLine(word is null ? null : ReasonOf(word)) };

    private static CarrierReport WithOutcome(
        CarrierReport report, JsonElement body, JsonElement? call, string recordingUrl, DateTimeOffset now)
    {
        var word = body.Text("endedReason") ?? call?.Text("endedReason");
        var reason = word is null ? EndedReason.NeverReported : ReasonOf(word);
        var artifact = body.Object("artifact") ?? call?.Object("artifact");
        var messages = artifact is { } kept ? kept.Array("messages").ToList() : [];
        var transcript = TranscriptOf(messages);
        var startedAt = body.Time("startedAt") ?? call?.Time("startedAt");
        var endedAt = body.Time("endedAt") ?? call?.Time("endedAt") ?? now;
        var isMachine = reason == EndedReason.Voicemail;

        // Vapi tells when a call was put through, which it may also be to nobody.
        var isAnswered = transcript.Any(turn => turn.Role == TranscriptRole.User)
            || (startedAt is not null && !reason.IsFailure && !isMachine
                && reason != EndedReason.CustomerBusy && reason != EndedReason.CustomerDidNotAnswer);
        return report with
        {
            AnsweredAt = isAnswered ? startedAt : null,
            StopsAccount = IsOfAccount(word),
            Outcome = new CarrierOutcome(
                reason,
                endedAt,
                isAnswered && endedAt - startedAt is { } talked && talked >= TimeSpan.Zero && talked < s_longestCall
                    ? (int)talked.TotalSeconds
                    : null,
                transcript,
                transcript.Any(turn => turn.Role == TranscriptRole.User && OptOutSentence.IsIn(turn.Message))
                    || messages.SelectMany(message => message.Array("toolCalls"))
                        .Any(tool => tool.Object("function")?.Text("name") == VapiOrder.OptOutTool))
            {
                RecordingUrl = HasRecording(artifact) ? recordingUrl : null,
                CostInDollars = CostIn(body) ?? (call is { } told ? CostIn(told) : null),
                Analysis = AnalysisIn(body) ?? (call is { } also ? AnalysisIn(also) : null),
                Failure = reason.IsFailure && word is not null
                    ? CarrierFailure.Of(word, call?.Text("endedMessage") ?? body.Text("endedMessage") ?? "Vapi gives no more words for it")
                    : null,
                AnsweredBy = isMachine ? Answerer.Machine
                    : transcript.Any(turn => turn.Role == TranscriptRole.User) ? Answerer.Human
                    : isAnswered ? Answerer.Unknown
                    : null,
            },
        };
    }

    /// <summary>What a word for the end means. Only a call that Vapi never began is known not to have rung.</summary>
    private static EndedReason ReasonOf(string word) =>
        VapiEndedReason.Of(word, mayHaveRung: !word.StartsWith("call.start.", StringComparison.Ordinal));

    private static bool IsOfAccount(string? word) => word is not null && VapiEndedReason.IsOfAccount(word);

    public static string? CarrierIdIn(JsonElement? call) =>
        call?.Text("id") is { Length: <= Call.MaxCarrierCallId } id && !id.Contains('\0', StringComparison.Ordinal) ? id : null;

    private static List<TranscriptTurn> TranscriptOf(IEnumerable<JsonElement> messages) =>
    [
        .. messages
            .Select(message => (Role: RoleOf(message.Text("role")), Said: message.Text("message"), At: message.Number("secondsFromStart")))
            .Where(turn => turn is { Role: not null, Said: not null })
            .Take(MaxTurns)
            .Select(turn => new TranscriptTurn(turn.Role!, turn.Said!.Cut(MaxTurn), Math.Round(Math.Clamp(turn.At ?? 0, 0, 86_400), 3))),
    ];

    // The documents call what the assistant says both; instructions and tools are not said.
    private static string? RoleOf(string? role) => role switch
    {
        "bot" or "assistant" => TranscriptRole.Assistant,
        "user" => TranscriptRole.User,
        _ => null,
    };

    private static bool HasRecording(JsonElement? artifact) => artifact is { } kept
        && (kept.Object("recording") is { } recording && recording.EnumerateObject().Any()
            || kept.Text("recordingUrl") is not null || kept.Text("presignedMonoUrl") is not null);

    private static decimal? CostIn(JsonElement body) =>
        // Until it is worked out it is told as 0.
        body.Number("cost") is > 0 and < 1_000_000 and var cost ? Math.Round((decimal)cost, 5) : null;

    private static JsonElement? AnalysisIn(JsonElement body) =>
        body.Object("analysis") is { } analysis && analysis.EnumerateObject().Any()
            && analysis.GetRawText() is { Length: <= LargestAnalysis } text && !text.Contains("\\u0000", StringComparison.Ordinal)
            ? analysis.Clone()
            : null;
}

/// <summary>A tool that the assistant has called.</summary>
internal sealed record VapiToolCall(string? Id, string? Name);
