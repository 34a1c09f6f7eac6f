using System.Text.Json;
using System.Text.Json.Nodes;
using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Platform;

namespace ErzyCall.Api.Features.Calls.Dispatch.Vapi;

/// <summary>
/// Writes the order of a call as Vapi takes it (<c>POST /call</c>; https://docs.vapi.ai/api-reference/calls/create). The assistant is
/// written out in each order, so that nothing has to be set up at Vapi but a phone number.
/// </summary>
internal static class VapiOrder
{
    /// <summary>The header of callbacks that shows that they are Vapi's.</summary>
    public const string TokenHeader = "X-ErzyCall-Token";

    /// <summary>The name of the assistant's tool by which a customer's wish not to be called again is heard.</summary>
    public const string OptOutTool = "do_not_call_again";

    /// <summary>The value of <c>provider</c> in an assistant's settings that leaves the choice to whoever runs the server.</summary>
    private const string Platform = "platform";

    /// <summary>The longest and the shortest call that Vapi can be asked for, in seconds.</summary>
    private static readonly (int Shortest, int Longest) s_seconds = (10, 43_200);

    /// <param name="callbacks">The address that Vapi is to report to.</param>
    /// <param name="token">The value of <see cref="TokenHeader"/>.</param>
    public static JsonObject Of(CarrierOrder order, string callbacks, string token, VapiOptions options) => new()
    {
        // Vapi takes 40 characters.
        ["name"] = order.Call.ToString(),
        ["phoneNumberId"] = order.Line.NumberId,
        ["customer"] = new JsonObject { ["number"] = order.To, ["externalId"] = order.Call.ToString() },
        ["assistant"] = WithoutNulls(new JsonObject
        {
            ["firstMessage"] = Literally(order.FirstMessage),
            ["model"] = ModelOf(order, options),
            ["voice"] = IsLeftToPlatform(order.Assistant.Voice) ? null : Copy(order.Assistant.Voice),
            ["transcriber"] = TranscriberOf(order.Assistant, order.Features),
            ["backgroundSpeechDenoisingPlan"] = order.Features.BackgroundDenoisingEnabled
                ? new JsonObject { ["smartDenoisingPlan"] = new JsonObject { ["enabled"] = true } }
                : null,

            // On the phone Vapi plays the sounds of an office unless it is told not to.
            ["backgroundSound"] = "off",
            ["maxDurationSeconds"] = Math.Clamp((int)order.MaxDuration.TotalSeconds, s_seconds.Shortest, s_seconds.Longest),
            ["voicemailDetection"] = new JsonObject { ["provider"] = "vapi" },
            ["artifactPlan"] = new JsonObject { ["recordingEnabled"] = options.RecordsCalls },
            ["monitorPlan"] = new JsonObject
            {
                // Without authentication whoever learns the address of a call could listen to it and speak in it.
                ["listenEnabled"] = false,
                ["controlEnabled"] = true,
                ["controlAuthenticationEnabled"] = true,
            },
            ["serverMessages"] = new JsonArray("status-update", "end-of-call-report", "tool-calls"),
            ["server"] = new JsonObject
            {
                ["url"] = callbacks,
                ["timeoutSeconds"] = 20,
                ["headers"] = new JsonObject { [TokenHeader] = token },
                ["backoffPlan"] = new JsonObject
                {
                    ["type"] = "exponential",
                    ["maxRetries"] = 10,
                    ["baseDelaySeconds"] = 10,
                    ["excludedStatusCodes"] = new JsonArray(401, 404, 413),
                },
            },
        }),
    };

    /// <summary>The settings that Vapi has nothing for.</summary>
    public static IReadOnlyList<string> NotSupported(AssistantSnapshot assistant, AssistantFeatures features) =>
    [
        .. HasNoProvider(assistant.Voice) ? ["voice"] : Array.Empty<string>(),
        .. HasNoProvider(assistant.Model) ? ["model"] : Array.Empty<string>(),
        .. assistant.Transcriber is { } transcriber && HasNoProvider(transcriber) ? ["transcriber"] : Array.Empty<string>(),
        .. features.BackchannelingEnabled ? ["backchannelingEnabled"] : Array.Empty<string>(),
        .. features.Keyterms.Count > 0 && !TakesKeyterms(assistant) ? ["keyterms"] : Array.Empty<string>(),
    ];

    private static JsonObject ModelOf(CarrierOrder order, VapiOptions options)
    {
        var (assistant, features) = (order.Assistant, order.Features);
        var model = IsLeftToPlatform(assistant.Model)
            ? new JsonObject { ["provider"] = "openai", ["model"] = options.Model }
            : Copy(assistant.Model);
        model["messages"] = new JsonArray(new JsonObject { ["role"] = "system", ["content"] = Literally(assistant.Prompt) });
        var tools = model["tools"] as JsonArray ?? [];
        model["tools"] = tools;
        tools.Add(new JsonObject { ["type"] = "endCall" });
        if (features.DialKeypadFunctionEnabled)
        {
            tools.Add(new JsonObject { ["type"] = "dtmf" });
        }

        tools.Add(new JsonObject
        {
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = OptOutTool,
                ["description"] = "Must be used whenever the person on the phone says, in whatever words, that they do not want to be "
                    + "called again. Confirm it to them and end the call.",
                ["parameters"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject
                    {
                        ["quote"] = new JsonObject { ["type"] = "string", ["description"] = "What the person said, word for word" },
                    },
                },
            },
        });
        if (features.ToolIds.Count > 0)
        {
            model["toolIds"] = new JsonArray([.. features.ToolIds.Select(id => JsonValue.Create(id))]);
        }

        return model;
    }

    private static JsonObject? TranscriberOf(AssistantSnapshot assistant, AssistantFeatures features)
    {
        var settings = assistant.Transcriber;
        var isLeftToPlatform = settings is not { } given || IsLeftToPlatform(given);
        var transcriber = isLeftToPlatform
            ? new JsonObject { ["provider"] = "deepgram", ["model"] = "nova-3", ["language"] = settings?.Text("language") ?? "en" }
            : Copy(settings!.Value);
        if (features.Keyterms.Count > 0 && TakesKeyterms(assistant))
        {
            var terms = new JsonArray([.. features.Keyterms.Select(term => JsonValue.Create(term))]);
            switch (transcriber["provider"]?.ToString())
            {
                case "deepgram":
                    transcriber["keyterm"] = terms;
                    break;
                case "assembly-ai":
                    transcriber["keytermsPrompt"] = terms;
                    break;
                default:
                    transcriber["customVocabulary"] = terms;
                    break;
            }
        }

        return transcriber;
    }

    /// <summary>Whether the transcriber can be told words that it should listen for, phrases among them.</summary>
    private static bool TakesKeyterms(AssistantSnapshot assistant) =>
        assistant.Transcriber is not { } transcriber || transcriber.Text("provider") switch
        {
            Platform or "assembly-ai" or "soniox" => true,

            // Older models take single words only.
            "deepgram" => transcriber.Text("model")?.StartsWith("nova-3", StringComparison.Ordinal) ?? true,
            _ => false,
        };

    /// <summary>Leaves out what is not set: Vapi may refuse a setting that is <c>null</c>.</summary>
    private static JsonObject WithoutNulls(JsonObject settings)
    {
        foreach (var name in settings.Where(setting => setting.Value is null).Select(setting => setting.Key).ToList())
        {
            settings.Remove(name);
        }

        return settings;
    }

    /// <summary>Whether there are settings and nothing says whose: Vapi could not tell what they mean.</summary>
    private static bool HasNoProvider(JsonElement settings) => settings.Text("provider") is null && settings.EnumerateObject().Any();

    private static bool IsLeftToPlatform(JsonElement settings) => settings.Text("provider") is null or Platform;

    private static JsonObject Copy(JsonElement settings) => JsonObject.Create(settings.Clone())!.DeepClone().AsObject();

    /// <summary>
    /// Keeps a text from being taken for a template of Vapi's (Liquid): what stands in braces in a script is spoken as it stands, and what
    /// a customer's record says in braces is no question to Vapi.
    /// </summary>
    private static string Literally(string text) =>
        text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal)
            ? $"{{% raw %}}{text.Replace("{%", "{ %", StringComparison.Ordinal)}{{% endraw %}}"
            : text;
}
