using System.Text.Json;
using ErzyCall.Api.Features.Prompts;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>An assistant that answers calls to a phone number.</summary>
/// <param name="Name">What lists call the assistant; it is not spoken.</param>
/// <param name="SystemPromptId">The prompt of the library that the assistant follows; <c>null</c> when it follows none.</param>
internal sealed record InboundAssistantResponse(Id<InboundAssistant> Id, string Name, Id<Prompt>? SystemPromptId, DateTimeOffset CreatedAt)
{
    public static InboundAssistantResponse Of(InboundAssistant assistant) =>
        new(assistant.Id, assistant.Name, assistant.SystemPromptId, assistant.CreatedAt);
}

/// <summary>
/// An assistant that speaks on outgoing calls: its voice, language model and transcriber, and a script for calls that bring none.
/// </summary>
/// <param name="Name">What lists, and the calls that it speaks on, call the assistant; it is not spoken.</param>
/// <param name="Description">
/// What the assistant is for, in your own words; neither it nor whoever is called hears of it. <c>null</c> when there is none.
/// </param>
/// <param name="IsDefault">
/// Whether it is the organization's default, which one assistant at most is: making one the default takes that from whichever was. A mark
/// for your programs: a call speaks with the assistant that it names, else with the platform's defaults.
/// </param>
/// <param name="FirstMessage">
/// What the assistant says first when neither the call nor its case has a first message, with placeholders such as <c>{{name}}</c>;
/// <c>null</c> leaves it to a greeting of the platform.
/// </param>
/// <param name="SystemPrompt">
/// The instructions that the assistant follows on calls without a case, with placeholders such as <c>{{name}}</c>; <c>null</c> leaves them
/// to the platform.
/// </param>
/// <param name="Voice">
/// A provider's own settings of the voice, at most 4 KiB, which are kept as they were given; the <c>provider</c> in them says whose they
/// are, and <c>platform</c> leaves the choice to the server.
/// </param>
/// <param name="Model">
/// A provider's own settings of the language model, at most 4 KiB, which are kept as they were given; the <c>provider</c> in them says
/// whose they are, and <c>platform</c> leaves the choice to the server.
/// </param>
/// <param name="Transcriber">
/// A provider's own settings of what turns speech into text, at most 4 KiB, which are kept as they were given; <c>null</c>, or
/// <c>platform</c> as the <c>provider</c> in them, leaves the choice to the server.
/// </param>
/// <param name="BackchannelingEnabled">
/// Whether the assistant says small words such as "I see" while the other side speaks. Not every carrier can: a preview of a call tells, as
/// <c>notSupported</c>.
/// </param>
/// <param name="DialKeypadFunctionEnabled">
/// Whether the assistant may press the keys of the phone, as the menus of a switchboard ask.
/// </param>
/// <param name="BackgroundDenoisingEnabled">Whether noise around whoever is on the phone is taken out of what the assistant hears.</param>
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
