using System.Text.Json;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>
/// An assistant that speaks on outgoing calls: its voice, language model and transcriber, and a script for calls that bring none.
/// </summary>
internal sealed class OutboundAssistant : IResource<OutboundAssistant>
{
    /// <summary>The most outbound assistants of an organization: their list is not paged, and each may have some 90 KiB.</summary>
    public const int MaxCount = 1_000;

    public const int MaxName = 200;

    public const int MaxDescription = 500;

    public const int MaxFirstMessage = 1_000;

    public const int MaxSystemPrompt = 20_000;

    public static string IdPrefix => "asst";

    public Id<OutboundAssistant> Id { get; init; }

    public Id<Owner> OrganizationId { get; init; }

    public string Name { get; set; } = "";

    public string? Description { get; set; }

    public bool IsDefault { get; set; }

    public string? FirstMessage { get; set; }

    public string? SystemPrompt { get; set; }

    /// <summary>
    /// The provider's own settings of the voice, kept as they came; so are <see cref="Model"/> and <see cref="Transcriber"/>.
    /// </summary>
    public JsonElement Voice { get; set; }

    public JsonElement Model { get; set; }

    public JsonElement? Transcriber { get; set; }

    public bool BackchannelingEnabled { get; set; }

    public bool DialKeypadFunctionEnabled { get; set; }

    public bool BackgroundDenoisingEnabled { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }
}
