namespace ErzyCall.Api.Features.Prompts;

/// <summary>A text in the library of system prompts that cases and inbound assistants point into.</summary>
internal sealed class Prompt : IResource<Prompt>
{
    public const int MaxName = 200;

    public const int MaxText = 20_000;

    public static string IdPrefix => "prompt";

    public Id<Prompt> Id { get; init; }

    public Id<Owner> OrganizationId { get; init; }

    public string Name { get; set; } = "";

    public string Text { get; set; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }
}
