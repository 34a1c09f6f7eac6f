using ErzyCall.Api.Features.Prompts;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>An assistant that answers calls to a phone number.</summary>
internal sealed class InboundAssistant : IResource<InboundAssistant>
{
    /// <summary>The most inbound assistants of an organization: their list is not paged.</summary>
    public const int MaxCount = 1_000;

    public const int MaxName = 200;

    public static string IdPrefix => "asst";

    public Id<InboundAssistant> Id { get; init; }

    public Id<Owner> OrganizationId { get; init; }

    public string Name { get; set; } = "";

    public Id<Prompt>? SystemPromptId { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
