using System.Text.Json.Nodes;

namespace ErzyCall.VapiStandIn;

/// <summary>Where an order asked its callbacks to be sent, and how: <c>assistant.server</c> and <c>assistant.serverMessages</c>.</summary>
internal sealed record CallServer
{
    /// <summary>What is sent to whoever does not say what they want.</summary>
    private static readonly string[] s_defaultMessages =
    [
        "conversation-update", "end-of-call-report", "function-call", "hang", "speech-update", "status-update", "tool-calls", "transfer-destination-request",
        "handoff-destination-request", "user-interrupted", "assistant.started",
    ];

    private readonly HashSet<string> _messages;
    private readonly HashSet<int> _excluded;
    private readonly int _repeats;
    private readonly double _baseDelay;
    private readonly bool _isExponential;

    public CallServer(JsonObject? assistant)
    {
        var server = assistant.At("server");
        Url = server.Text("url") is { } url ? new Uri(url) : null;
        Headers = [.. (server.At("headers") ?? []).Select(header => KeyValuePair.Create(header.Key, header.Value?.ToString() ?? ""))];
        Timeout = TimeSpan.FromSeconds(server.Number("timeoutSeconds") ?? 20);
        _messages = assistant?["serverMessages"] is JsonArray ? [.. assistant.Items("serverMessages").Select(message => message!.ToString())] : [.. s_defaultMessages];

        var plan = server.At("backoffPlan");
        _repeats = (int)(plan.Number("maxRetries") ?? 0);
        _baseDelay = plan.Number("baseDelaySeconds") ?? 0;
        _isExponential = plan.Text("type") == "exponential";
        _excluded = [.. plan.Items("excludedStatusCodes").Select(code => code!.GetValue<int>())];
    }

    /// <summary><c>null</c> when nobody is to be told anything.</summary>
    public Uri? Url { get; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>How long an answer is awaited.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Whether messages of this type are asked for.</summary>
    public bool Wants(string type) => Url is not null && _messages.Contains(type);

    /// <summary>
    /// How long after the <paramref name="attempt"/>th attempt, which was answered so, there is another; <c>null</c> when there is none. The document calls
    /// <c>baseDelaySeconds</c> the initial delay of an exponential plan and does not say by what it grows: here it doubles.
    /// </summary>
    public TimeSpan? Again(int attempt, CallbackAnswer answer) =>
        answer.IsTaken || attempt > _repeats || (answer.Status is { } status && _excluded.Contains(status))
            ? null
            : TimeSpan.FromSeconds(_baseDelay * (_isExponential ? Math.Pow(2, attempt - 1) : 1));
}
