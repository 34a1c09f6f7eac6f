using System.Text.Json;
using System.Text.Json.Nodes;

namespace ErzyCall.VapiStandIn;

/// <summary>How the provider's documents write a request for a tool. They disagree, so whoever reads it must be ready for each.</summary>
internal enum ToolCallShape
{
    /// <summary><c>{id, type, function: {name, arguments: "{…}"}}</c>: the schema <c>ToolCall</c>.</summary>
    Schema,

    /// <summary><c>{id, name, parameters: {…}}</c>: the page "Server events".</summary>
    EventsPage,

    /// <summary><c>{id, name, arguments: {…}}</c>: the page "Custom tools".</summary>
    CustomToolsPage,

    /// <summary><c>{id, function: {name, arguments: {…}}}</c>: the page "Tool calling integration".</summary>
    CustomModelPage,
}

/// <summary>The bodies of callbacks, as the provider's schemas <c>ServerMessage…</c> have them.</summary>
internal static class VapiMessages
{
    /// <param name="status">Of this message, which need not be that of the call.</param>
    public static JsonObject StatusUpdate(VapiCall call, string status, DateTimeOffset at)
    {
        var message = About(call, "status-update", at);
        message["status"] = status;
        if (status == "ended")
        {
            message["endedReason"] = call.EndedReason;
        }

        return Wrapped(message);
    }

    public static JsonObject ConversationUpdate(VapiCall call, DateTimeOffset at)
    {
        var message = About(call, "conversation-update", at);
        message["messages"] = call.Messages();
        message["messagesOpenAIFormatted"] = call.OpenAIMessages();
        return Wrapped(message);
    }

    /// <param name="arguments">What the model gives the tool: a JSON object.</param>
    public static JsonObject ToolCalls(VapiCall call, string id, string name, string arguments, ToolCallShape shape, DateTimeOffset at)
    {
        var message = About(call, "tool-calls", at);
        message["toolCallList"] = new JsonArray(ToolCall(id, name, arguments, shape));
        message["toolWithToolCallList"] = new JsonArray(new JsonObject
        {
            ["type"] = "function",
            ["name"] = name,
            ["function"] = new JsonObject { ["name"] = name },
            ["toolCall"] = ToolCall(id, name, arguments, shape),
        });
        return Wrapped(message);
    }

    /// <param name="recordingUrl">A short-lived address of the recording, when there is one.</param>
    public static JsonObject EndOfCallReport(VapiCall call, Uri? recordingUrl, DateTimeOffset expires, DateTimeOffset at)
    {
        var message = About(call, "end-of-call-report", at);
        var known = message.At("call")!;
        foreach (var name in (string[])["endedReason", "cost", "costs", "startedAt", "endedAt", "analysis"])
        {
            if (known[name] is { } value)
            {
                message[name] = value.DeepClone();
            }
        }

        if (recordingUrl is not null)
        {
            var artifact = message.At("artifact")!;
            artifact["presignedMonoUrl"] = recordingUrl.ToString();
            artifact["presignedUrlsExpiresAt"] = VapiCall.Iso(expires);
        }

        return Wrapped(message);
    }

    public static JsonObject ToolCall(string id, string name, string arguments, ToolCallShape shape) => shape switch
    {
        ToolCallShape.Schema => new JsonObject
        {
            ["id"] = id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments },
        },
        ToolCallShape.EventsPage => new JsonObject { ["id"] = id, ["name"] = name, ["parameters"] = JsonNode.Parse(arguments) },
        ToolCallShape.CustomToolsPage => new JsonObject { ["id"] = id, ["name"] = name, ["arguments"] = JsonNode.Parse(arguments) },
        _ => new JsonObject { ["id"] = id, ["function"] = new JsonObject { ["name"] = name, ["arguments"] = JsonNode.Parse(arguments) } },
    };

    /// <summary>What is common to all messages.</summary>
    private static JsonObject About(VapiCall call, string type, DateTimeOffset at)
    {
        var known = call.ToJson();
        return new JsonObject
        {
            ["timestamp"] = at.ToUnixTimeMilliseconds(),
            ["type"] = type,
            ["artifact"] = call.Artifact(),
            ["assistant"] = known["assistant"]?.DeepClone(),
            ["customer"] = known["customer"]?.DeepClone(),
            ["call"] = known,
        };
    }

    private static JsonObject Wrapped(JsonObject message) => new() { ["message"] = message };
}
