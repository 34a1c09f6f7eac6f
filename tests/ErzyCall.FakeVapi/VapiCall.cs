using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ErzyCall.VapiStandIn;

/// <summary>Something that was said.</summary>
/// <param name="Role"><c>user</c>, <c>system</c>, and for the assistant <c>bot</c> or <c>assistant</c>: the provider's schema has the one, its page on events the other.</param>
internal sealed record VapiTurn(string Role, string Message, double SecondsFromStart);

/// <summary>How the informing callbacks of a call come; a tool is always asked for at once.</summary>
internal enum Delivery
{
    Once,

    Twice,

    /// <summary>All of them after the call, the last one first.</summary>
    Reversed,

    /// <summary>Not at all, and tools are not asked for either.</summary>
    Lost,

    /// <summary>As they should, and then also at the address of another call, with this call's own headers.</summary>
    AlsoElsewhere,
}

/// <summary>A call as the platform knows it.</summary>
internal sealed class VapiCall
{
    /// <summary>The organization's id, which a client has no use for.</summary>
    public const string OrgId = "eb166faa-7145-46ef-8044-589b47ae3b56";

    private readonly Lock _gate = new();
    private readonly List<JsonObject> _messages = [];
    private readonly Uri _address;
    private readonly bool _isControllable;
    private readonly bool _isListenable;
    private readonly string? _prompt;

    public VapiCall(VapiOrder order, Guid id, Uri address, TimeSpan listLag)
    {
        Order = order;
        Id = id;
        ListLag = listLag;
        _address = address;
        var assistant = order.Json.At("assistant");
        Server = new CallServer(assistant);
        FirstMessage = assistant.Text("firstMessage");
        IsRecorded = assistant.At("artifactPlan").Flag("recordingEnabled") ?? true;
        ControlNeedsKey = assistant.At("monitorPlan").Flag("controlAuthenticationEnabled") ?? false;
        _isControllable = assistant.At("monitorPlan").Flag("controlEnabled") ?? true;
        _isListenable = assistant.At("monitorPlan").Flag("listenEnabled") ?? true;
        _prompt = (assistant.At("model").Items("messages").FirstOrDefault() as JsonObject).Text("content");
    }

    public Guid Id { get; }

    public VapiOrder Order { get; }

    public CallServer Server { get; }

    public string? Name => Order.Name;

    public string? Number => Order.Number;

    public string? FirstMessage { get; }

    /// <summary>Whether the order wants a recording.</summary>
    public bool IsRecorded { get; }

    /// <summary>Whether there is a recording to be had.</summary>
    public bool HasRecording { get; set; }

    /// <summary>Whether the control address asks for the public key.</summary>
    public bool ControlNeedsKey { get; }

    /// <summary>Where the call is hung up; <c>null</c> when the order did not want that.</summary>
    public Uri? ControlUrl => _isControllable ? new Uri(_address, $"/{Id}/control") : null;

    public Delivery Delivery { get; set; }

    /// <summary>The callbacks that wait for the end of a call whose delivery is <see cref="Delivery.Reversed"/>.</summary>
    public ConcurrentStack<(string What, Func<string> Body)> HeldBack { get; } = [];

    /// <summary>How long after its creation the list shows the call.</summary>
    public TimeSpan ListLag { get; set; }

    /// <summary>What was planned for the call, in a word.</summary>
    public string Fate { get; set; } = "Driven";

    /// <summary><c>queued</c>, <c>ringing</c>, <c>in-progress</c> or <c>ended</c>.</summary>
    public string Status { get; private set; } = "queued";

    /// <summary>When the order was accepted; <c>null</c> while the platform still thinks.</summary>
    public DateTimeOffset? CreatedAt { get; private set; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? RingingAt { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public string? EndedReason { get; private set; }

    /// <summary>When it was hung up by whoever ordered it.</summary>
    public DateTimeOffset? HangUpAt { get; private set; }

    /// <summary>When a tool was asked for the first time.</summary>
    public DateTimeOffset? ToolCalledAt { get; private set; }

    public DateTimeOffset? ReportedAt { get; private set; }

    public bool IsOver => EndedAt is not null;

    /// <summary>In USD. Zero until the report, which sets it to a price by the minute unless a test has set it before.</summary>
    public decimal Cost { get; set; }

    /// <summary>What the report tells as <c>analysis</c>; <c>null</c> for something plausible.</summary>
    public JsonObject? Analysis { get; set; }

    public void Accept(DateTimeOffset at) => CreatedAt = UpdatedAt = at;

    /// <summary>Lets it ring; whether it still could.</summary>
    public bool Ring(DateTimeOffset at) => Move(at, () => (Status, RingingAt) = ("ringing", at));

    /// <summary>Lets the customer answer; whether they still could.</summary>
    public bool Answer(DateTimeOffset at) => Move(at, () =>
    {
        (Status, AnsweredAt) = ("in-progress", at);
        if (_prompt is not null)
        {
            _messages.Add(Timed("system", _prompt, 0));
        }
    });

    public bool Say(VapiTurn turn, DateTimeOffset at) => Move(at, () => _messages.Add(Spoken(turn)));

    public bool AskForTool(DateTimeOffset at) => Move(at, () => ToolCalledAt ??= at);

    /// <summary>Adds anything to the messages of the call, of whatever shape.</summary>
    public void AddMessage(JsonObject message)
    {
        lock (_gate)
        {
            _messages.Add(message);
        }
    }

    /// <summary>Ends the call; whether it was not over yet.</summary>
    public bool End(string reason, DateTimeOffset at) => Move(at, () => (Status, EndedReason, EndedAt) = ("ended", reason, at));

    public bool HangUp(string reason, DateTimeOffset at) => Move(at, () => (Status, EndedReason, EndedAt, HangUpAt) = ("ended", reason, at, at));

    /// <summary>Settles what is known only after the call.</summary>
    public void Report(DateTimeOffset at)
    {
        lock (_gate)
        {
            (ReportedAt, UpdatedAt) = (at, at);
            if (AnsweredAt is null)
            {
                Analysis ??= [];
                return;
            }

            HasRecording = IsRecorded;
            Cost = Cost != 0 ? Cost : decimal.Round((decimal)Minutes * 0.05m, 4);
            Analysis ??= new JsonObject
            {
                ["summary"] = "The customer was reached and agreed.",
                ["structuredData"] = new JsonObject { ["agreed"] = true },
                ["successEvaluation"] = "true",
            };
        }
    }

    /// <summary>The schema <c>Call</c>, with what is known by now.</summary>
    public JsonObject ToJson()
    {
        lock (_gate)
        {
            var order = Order.Json!;
            var json = new JsonObject
            {
                ["id"] = Id.ToString(),
                ["orgId"] = OrgId,
                ["type"] = "outboundPhoneCall",
                ["name"] = Name,
                ["status"] = Status,
                ["phoneNumberId"] = Order.PhoneNumberId,
                ["customer"] = order["customer"]?.DeepClone(),
                ["assistant"] = order["assistant"]?.DeepClone(),
                ["assistantId"] = order["assistantId"]?.DeepClone(),
                ["phoneCallProvider"] = "twilio",
                ["phoneCallProviderId"] = $"CA{Id:N}",
                ["phoneCallTransport"] = "pstn",
                ["monitor"] = Existing(new JsonObject
                {
                    ["listenUrl"] = _isListenable ? $"ws://{_address.Authority}/{Id}/transport" : null,
                    ["controlUrl"] = ControlUrl?.ToString(),
                }),
                ["createdAt"] = Iso(CreatedAt),
                ["updatedAt"] = Iso(UpdatedAt),
                ["startedAt"] = Iso(AnsweredAt),
                ["endedAt"] = Iso(EndedAt),
                ["endedReason"] = EndedReason,
                ["cost"] = Cost,
                ["costs"] = Costs(),
                ["artifact"] = Artifact(),
                ["analysis"] = ReportedAt is null ? null : Analysis?.DeepClone(),
            };
            return Existing(json);
        }
    }

    public JsonObject Artifact()
    {
        lock (_gate)
        {
            return Existing(new JsonObject
            {
                ["messages"] = Messages(),
                ["messagesOpenAIFormatted"] = OpenAIMessages(),
                ["transcript"] = string.Join('\n', _messages.Where(IsSpoken).Select(message => $"{(message.Text("role") == "user" ? "User" : "AI")}: {message.Text("message")}")),
                ["recordingUrl"] = HasRecording ? StoredAt("mono") : null,
                ["recording"] = HasRecording
                    ? new JsonObject { ["stereoUrl"] = StoredAt("stereo"), ["mono"] = new JsonObject { ["combinedUrl"] = StoredAt("mono") } }
                    : null,
            });
        }
    }

    public JsonArray Messages()
    {
        lock (_gate)
        {
            return [.. _messages.Select(message => message.DeepClone())];
        }
    }

    public JsonArray OpenAIMessages()
    {
        lock (_gate)
        {
            return
            [
                .. _messages.Where(message => message.Text("role") == "system" || IsSpoken(message)).Select(message => new JsonObject
                {
                    ["role"] = message.Text("role") is "bot" ? "assistant" : message.Text("role"),
                    ["content"] = message.Text("message"),
                }),
            ];
        }
    }

    /// <summary>A message that is at this time of the conversation, by the clock too.</summary>
    public JsonObject Timed(string role, string message, double secondsFromStart) => new()
    {
        ["role"] = role,
        ["message"] = message,
        ["time"] = Milliseconds(secondsFromStart),
        ["secondsFromStart"] = secondsFromStart,
    };

    /// <summary>As the provider writes times: in UTC, to the millisecond.</summary>
    public static string? Iso(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static bool IsSpoken(JsonObject message) => message.Text("role") is "user" or "bot" or "assistant";

    /// <summary>Leaves out what has no value: the provider does not write <c>null</c>.</summary>
    private static JsonObject Existing(JsonObject json)
    {
        foreach (var name in json.Where(property => property.Value is null).Select(property => property.Key).ToList())
        {
            json.Remove(name);
        }

        return json;
    }

    private double Minutes => AnsweredAt is { } from && EndedAt is { } to ? (to - from).TotalMinutes : 0;

    private bool Move(DateTimeOffset at, Action move)
    {
        lock (_gate)
        {
            if (IsOver)
            {
                return false;
            }

            UpdatedAt = at;
            move();
            return true;
        }
    }

    private JsonArray Costs() =>
        Cost == 0
            ? []
            :
            [
                new JsonObject { ["type"] = "transport", ["provider"] = "twilio", ["minutes"] = Minutes, ["cost"] = Cost / 5 },
                new JsonObject { ["type"] = "vapi", ["subType"] = "normal", ["minutes"] = Minutes, ["cost"] = Cost - (Cost / 5) },
            ];

    private JsonObject Spoken(VapiTurn turn)
    {
        const double Lasts = 1.5;
        var message = Timed(turn.Role, turn.Message, turn.SecondsFromStart);
        if (turn.Role != "system")
        {
            message["endTime"] = Milliseconds(turn.SecondsFromStart + Lasts);
            message["duration"] = Lasts * 1_000;
        }

        return message;
    }

    private double Milliseconds(double secondsFromStart) => (AnsweredAt ?? UpdatedAt).ToUnixTimeMilliseconds() + (secondsFromStart * 1_000);

    /// <summary>The private storage, from where nothing can be had without a key.</summary>
    private string StoredAt(string what) => $"https://storage.vapi.ai/{Id}-{what}.wav";
}
