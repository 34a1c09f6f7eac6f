using System.Text.Json;
using ErzyCall.Api.Features.Prompts;

namespace ErzyCall.Api.Features.Assistants;

internal sealed record InboundAssistantResponse(Id<InboundAssistant> Id, string Name, Id<Prompt>? SystemPromptId, DateTimeOffset CreatedAt)
{
    public static InboundAssistantResponse Of(InboundAssistant assistant) =>
        new(assistant.Id, assistant.Name, assistant.SystemPromptId, assistant.CreatedAt);
}

internal sealed record OutboundAssistantResponse(
    Id<OutboundAssistant> Id,
    string Name,
    string? Description,
    bool IsDefault,
    string? FirstMessage,
    string? SystemPrompt,
    JsonElement Voice,
    JsonElement Model,
    JsonElement? Transcriber,
    bool BackchannelingEnabled,
    bool DialKeypadFunctionEnabled,
    bool BackgroundDenoisingEnabled,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static OutboundAssistantResponse Of(OutboundAssistant assistant) => new(
        assistant.Id,
        assistant.Name,
        assistant.Description,
        assistant.IsDefault,
        assistant.FirstMessage,
        assistant.SystemPrompt,
        assistant.Voice,
        assistant.Model,
        assistant.Transcriber,
        assistant.BackchannelingEnabled,
        assistant.DialKeypadFunctionEnabled,
        assistant.BackgroundDenoisingEnabled,
        assistant.CreatedAt,
        assistant.UpdatedAt);
}
