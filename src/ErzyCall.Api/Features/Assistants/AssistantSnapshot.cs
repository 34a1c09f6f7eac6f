using System.Text.Json;
using ErzyCall.Api.Features.Cases;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>The assistant and script of a call, frozen when it was created.</summary>
/// <param name="Name">The name of the assistant; <c>Platform default</c> when the call named none.</param>
/// <param name="Prompt">The prompt, in which the placeholders that had a value are filled in.</param>
/// <param name="Voice">The settings of the voice, as the assistant had them.</param>
/// <param name="Model">The settings of the language model, as the assistant had them.</param>
/// <param name="Transcriber">
/// The settings of what turns speech into text, as the assistant had them; <c>null</c> when it left the choice to the server.
/// </param>
internal sealed record AssistantSnapshot(string Name, string Prompt, JsonElement Voice, JsonElement Model, JsonElement? Transcriber)
{
    /// <summary>The greeting of a call that brings no first message at all.</summary>
    public const string DefaultFirstMessage = "Hello! I am an automated assistant. How can I help you?";

    /// <summary>The instructions of a call that brings no prompt at all.</summary>
    public const string DefaultPrompt =
        "You are a friendly phone assistant. Keep your answers short, never invent facts, "
            + "and end the call politely when the other side wants to.";

    private const string DefaultName = "Platform default";

    private static readonly JsonElement s_defaultVoice = JsonElement.Parse("""{"provider":"platform","voiceId":"default"}""");
    private static readonly JsonElement s_defaultModel = JsonElement.Parse("""{"provider":"platform","model":"default"}""");
    private static readonly JsonElement s_defaultTranscriber = JsonElement.Parse("""{"provider":"platform","language":"en"}""");

    /// <summary>Freezes <paramref name="assistant"/>, or the platform's defaults when a call names none.</summary>
    public static AssistantSnapshot Of(OutboundAssistant? assistant, string prompt) => assistant is null
        ? new AssistantSnapshot(DefaultName, prompt, s_defaultVoice, s_defaultModel, s_defaultTranscriber)
        : new AssistantSnapshot(assistant.Name, prompt, assistant.Voice, assistant.Model, assistant.Transcriber);
}

/// <summary>
/// What else a carrier needs to talk as the assistant and the case say, frozen as the snapshot is. It is not a part of what a call shows.
/// </summary>
/// <param name="Keyterms">Words and phrases that the transcriber listens for.</param>
/// <param name="ToolIds">The carrier's own ids of tools that the assistant may use.</param>
internal sealed record AssistantFeatures(
    bool BackchannelingEnabled,
    bool DialKeypadFunctionEnabled,
    bool BackgroundDenoisingEnabled,
    IReadOnlyList<string> Keyterms,
    IReadOnlyList<string> ToolIds)
{
    /// <summary>Those of calls that name neither an assistant nor a case.</summary>
    public static AssistantFeatures None { get; } = new(false, false, false, [], []);

    public static AssistantFeatures Of(OutboundAssistant? assistant, Case? script) => new(
        assistant?.BackchannelingEnabled ?? false,
        assistant?.DialKeypadFunctionEnabled ?? false,
        assistant?.BackgroundDenoisingEnabled ?? false,
        script?.Keyterms ?? [],
        script?.ToolIds ?? []);
}
