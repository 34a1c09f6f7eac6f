using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ErzyCall.VapiStandIn;

/// <summary>
/// What the provider's OpenAPI document of 20 August 2026 demands of the body of <c>POST /call</c>, as far as an order by number with an inline assistant goes. A property that is
/// not in the document is refused: users report "assistant.property X should not exist" from the live service. Two things are not demanded: https for the address of the server,
/// since tests have no certificate, and that a provider's own fields fit that provider.
/// </summary>
internal static partial class OrderRules
{
    private const int MaxReference = 40;

    private static readonly string[] s_call =
    [
        "assistant", "assistantId", "assistantOverrides", "assistantVersion", "customer", "customerId", "customers", "name", "phoneNumber", "phoneNumberId", "schedulePlan",
        "squad", "squadId", "squadOverrides", "transport", "workflow", "workflowId", "workflowOverrides",
    ];

    private static readonly string[] s_customer =
        ["assistantOverrides", "email", "extension", "externalId", "name", "number", "numberE164CheckEnabled", "sipUri", "squadOverrides"];

    private static readonly string[] s_assistant =
    [
        "analysisPlan", "artifactPlan", "backgroundSound", "backgroundSpeechDenoisingPlan", "clientMessages", "compliancePlan", "credentialIds", "credentials", "endCallMessage",
        "endCallPhrases", "firstMessage", "firstMessageInterruptionsEnabled", "firstMessageMode", "hooks", "keypadInputPlan", "maxDurationSeconds", "metadata", "model",
        "modelOutputInMessagesEnabled", "monitorPlan", "name", "observabilityPlan", "server", "serverMessages", "startSpeakingPlan", "stopSpeakingPlan", "transcriber",
        "transportConfigurations", "voice", "voicemailDetection", "voicemailMessage",
    ];

    private static readonly string[] s_server = ["backoffPlan", "credentialId", "encryptedPaths", "headers", "staticIpAddressesEnabled", "timeoutSeconds", "url"];

    private static readonly string[] s_backoffPlan = ["baseDelaySeconds", "excludedStatusCodes", "maxRetries", "type"];

    private static readonly string[] s_monitorPlan = ["controlAuthenticationEnabled", "controlEnabled", "listenAuthenticationEnabled", "listenEnabled", "monitorIds"];

    private static readonly string[] s_serverMessages =
    [
        "assistant.started", "assistant.speechStarted", "conversation-update", "end-of-call-report", "function-call", "hang", "language-changed", "language-change-detected",
        "model-output", "phone-call-control", "speech-update", "status-update", "transcript", "transcript[transcriptType=\"final\"]", "tool-calls",
        "transfer-destination-request", "handoff-destination-request", "transfer-update", "user-interrupted", "voice-input", "chat.created", "chat.deleted", "session.created",
        "session.updated", "session.deleted", "call.deleted", "call.delete.failed", "call.artifact.upload",
    ];

    private static readonly string[] s_modelProviders =
    [
        "anthropic", "anthropic-bedrock", "anyscale", "cerebras", "custom-llm", "deep-seek", "deepinfra", "google", "groq", "inflection-ai", "minimax", "openai", "openrouter",
        "perplexity-ai", "together-ai", "vapi", "xai",
    ];

    private static readonly string[] s_voiceProviders =
    [
        "11labs", "azure", "cartesia", "custom-voice", "deepgram", "hume", "inworld", "lmnt", "microsoft", "minimax", "neuphonic", "openai", "playht", "rime-ai", "sesame",
        "smallest-ai", "tavus", "vapi", "wellsaid", "xai",
    ];

    private static readonly string[] s_transcriberProviders =
    [
        "11labs", "assembly-ai", "azure", "cartesia", "custom-transcriber", "deepgram", "gladia", "google", "openai", "soniox", "speechmatics", "talkscriber", "vapi", "xai",
    ];

    private static readonly string[] s_tools =
    [
        "apiRequest", "bash", "code", "computer", "dtmf", "endCall", "function", "gohighlevel.calendar.availability.check", "gohighlevel.calendar.event.create",
        "gohighlevel.contact.create", "gohighlevel.contact.get", "google.calendar.availability.check", "google.calendar.event.create", "google.sheets.row.append", "handoff", "mcp",
        "query", "sipRequest", "slack.message.send", "sms", "textEditor", "transferCall", "voicemail",
    ];

    private static readonly string[] s_roles = ["assistant", "function", "user", "system", "tool"];

    /// <summary>What is wrong with an order; nothing when it can be dialled.</summary>
    public static IReadOnlyList<string> Check(VapiOrder order, IEnumerable<VapiNumber> numbers)
    {
        if (order.Json is not { } json)
        {
            return ["The body is no JSON object"];
        }

        var faults = new List<string>();
        faults.AddRange(Unknown(json, "", s_call));
        faults.AddRange(TooLong(json, "", "name", MaxReference));
        if (order.PhoneNumberId is not { } phoneNumberId)
        {
            faults.Add("Couldn't Get Phone Number. Need Either `phoneNumberId` Or `phoneNumber`.");
        }
        else if (!numbers.Any(number => Guid.TryParse(phoneNumberId, out var id) && number.Id == id))
        {
            faults.Add($"phoneNumberId {phoneNumberId} was not found");
        }

        faults.AddRange(OfCustomer(json.At("customer")));
        if (json.At("assistant") is { } assistant)
        {
            faults.AddRange(OfAssistant(assistant));
        }
        else if (json.Text("assistantId") is null)
        {
            faults.Add("Need either `assistant` or `assistantId`");
        }

        return faults;
    }

    private static IEnumerable<string> OfCustomer(JsonObject? customer) =>
        customer.Text("number") is not { } number
            ? ["customer.number must be given"]
            :
            [
                .. Unknown(customer, "customer.", s_customer),
                .. TooLong(customer, "customer.", "externalId", MaxReference),
                .. TooLong(customer, "customer.", "name", MaxReference),
                .. When(
                    customer.Flag("numberE164CheckEnabled") != false && !E164().IsMatch(number),
                    "customer.number must be a valid phone number in the E.164 format. Hot tip, you may be missing the country code (Eg. US: +1)."),
            ];

    private static IEnumerable<string> OfAssistant(JsonObject assistant) =>
    [
        .. Unknown(assistant, "assistant.", s_assistant),
        .. TooLong(assistant, "assistant.", "name", MaxReference),
        .. TooLong(assistant, "assistant.", "voicemailMessage", 1_000),
        .. TooLong(assistant, "assistant.", "endCallMessage", 1_000),
        .. OutOfRange(assistant, "assistant.", "maxDurationSeconds", 10, 43_200),
        .. assistant.Items("serverMessages").SelectMany(message => Not("assistant.serverMessages", message?.ToString(), s_serverMessages)),
        .. Unknown(assistant.At("monitorPlan"), "assistant.monitorPlan.", s_monitorPlan),
        .. OfServer(assistant.At("server")),
        .. OfModel(assistant.At("model")),
        .. OfProvider(assistant.At("voice"), "assistant.voice.", s_voiceProviders),
        .. When(
            assistant.At("voice") is { } voice && voice.Text("provider") != "custom-voice" && voice.Text("voiceId") is null, "assistant.voice.voiceId must be given"),
        .. OfProvider(assistant.At("transcriber"), "assistant.transcriber.", s_transcriberProviders),
        .. OfProvider(assistant.At("voicemailDetection"), "assistant.voicemailDetection.", ["google", "openai", "twilio", "vapi"]),
    ];

    private static IEnumerable<string> OfServer(JsonObject? server) =>
    [
        .. Unknown(server, "assistant.server.", s_server),
        .. When(
            server.Text("url") is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"),
            "assistant.server.url must be a valid URL"),
        .. OutOfRange(server, "assistant.server.", "timeoutSeconds", 1, 300),
        .. OfBackoffPlan(server.At("backoffPlan")),
    ];

    private static IEnumerable<string> OfBackoffPlan(JsonObject? plan) =>
        plan is null
            ? []
            :
            [
                .. Unknown(plan, "assistant.server.backoffPlan.", s_backoffPlan),
                .. Not("assistant.server.backoffPlan.type", plan.Text("type"), ["fixed", "exponential"]),
                .. When(plan.Number("maxRetries") is null, "assistant.server.backoffPlan.maxRetries must be given"),
                .. OutOfRange(plan, "assistant.server.backoffPlan.", "maxRetries", 0, 10),
                .. When(plan.Number("baseDelaySeconds") is null, "assistant.server.backoffPlan.baseDelaySeconds must be given"),
                .. OutOfRange(plan, "assistant.server.backoffPlan.", "baseDelaySeconds", 0, 10),
            ];

    private static IEnumerable<string> OfModel(JsonObject? model) =>
        model is null
            ? []
            :
            [
                .. OfProvider(model, "assistant.model.", s_modelProviders),
                .. When(model.Text("provider") != "vapi" && model.Text("model") is null, "assistant.model.model must be given"),
                .. model.Items("messages").SelectMany(message => Not("assistant.model.messages.role", (message as JsonObject).Text("role"), s_roles)),
                .. model.Items("tools").OfType<JsonObject>().SelectMany(OfTool),
            ];

    private static IEnumerable<string> OfTool(JsonObject tool) =>
    [
        .. Not("assistant.model.tools.type", tool.Text("type"), s_tools),
        .. When(
            tool.At("function") is { } function && !FunctionName().IsMatch(function.Text("name") ?? ""), "assistant.model.tools.function.name must match ^[a-zA-Z0-9_-]{1,64}$"),
    ];

    private static IEnumerable<string> OfProvider(JsonObject? part, string path, string[] providers) =>
        part is null ? [] : Not($"{path}provider", part.Text("provider"), providers);

    private static IEnumerable<string> Unknown(JsonObject? part, string path, string[] known) =>
        part is null ? [] : part.Select(property => property.Key).Except(known).Select(name => $"{path}property {name} should not exist");

    private static IEnumerable<string> TooLong(JsonObject? part, string path, string name, int most) =>
        When(part.Text(name)?.Length > most, $"{path}{name} must be shorter than or equal to {most} characters");

    private static IEnumerable<string> OutOfRange(JsonObject? part, string path, string name, double least, double most) =>
        When(part.Number(name) is { } number && (number < least || number > most), $"{path}{name} must be between {least} and {most}");

    private static IEnumerable<string> Not(string path, string? value, string[] allowed) =>
        When(!allowed.Contains(value), $"{path} must be one of the following values: {string.Join(", ", allowed)}");

    private static IEnumerable<string> When(bool isSo, string fault) => isSo ? [fault] : [];

    [GeneratedRegex(@"^\+[1-9][0-9]{1,14}\z")]
    private static partial Regex E164();

    [GeneratedRegex(@"^[a-zA-Z0-9_-]{1,64}\z")]
    private static partial Regex FunctionName();
}
