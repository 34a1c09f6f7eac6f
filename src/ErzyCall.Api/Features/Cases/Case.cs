using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Tenancy;

namespace ErzyCall.Api.Features.Cases;

/// <summary>A placeholder that a case's script has.</summary>
/// <param name="Source"><c>contact.title</c>, <c>contact.notes</c> or <c>custom</c>.</param>
internal sealed record CaseVariable(string Name, string Source, bool Required, string? DefaultValue);

/// <summary>A reusable call script.</summary>
internal sealed class Case : IResource<Case>
{
    public static string IdPrefix => "case";

    public Id<Case> Id { get; init; }

    public Id<Organization> OrganizationId { get; init; }

    public string Title { get; set; } = "";

    /// <summary><c>open</c> or <c>archived</c>.</summary>
    public string Status { get; set; } = "open";

    public string? Description { get; set; }

    public string? FirstMessage { get; set; }

    /// <summary>The prompt, unless <see cref="SystemPromptId"/> points to one in the library. Exactly one of the two is set.</summary>
    public string? Prompt { get; set; }

    public Id<Prompt>? SystemPromptId { get; set; }

    public IReadOnlyList<CaseVariable> Variables { get; set; } = [];

    public string[] ToolIds { get; set; } = [];

    public string[] Keyterms { get; set; } = [];

    public string[] Tags { get; set; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; set; }
}
