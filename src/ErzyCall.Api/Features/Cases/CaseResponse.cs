using System.Linq.Expressions;
using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Platform.Pagination;

namespace ErzyCall.Api.Features.Cases;

internal sealed record CaseResponse(
    Id<Case> Id,
    string Title,
    string Status,
    string? Description,
    string? FirstMessage,
    string? Prompt,
    Id<Prompt>? SystemPromptId,
    IReadOnlyList<CaseVariable> Variables,
    IReadOnlyList<string> ToolIds,
    IReadOnlyList<string> Keyterms,
    IReadOnlyList<string> Tags,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static CaseResponse Of(Case script) => new(
        script.Id,
        script.Title,
        script.Status,
        script.Description,
        script.FirstMessage,
        script.Prompt,
        script.SystemPromptId,
        script.Variables,
        script.ToolIds,
        script.Keyterms,
        script.Tags,
        script.CreatedAt,
        script.UpdatedAt);
}

/// <summary>A case as the list shows it.</summary>
internal sealed record CaseListItem(Id<Case> Id, string Title, string Status, DateTimeOffset CreatedAt) : IListed<Case>
{
    public static Expression<Func<Case, CaseListItem>> FromCase { get; } =
        script => new CaseListItem(script.Id, script.Title, script.Status, script.CreatedAt);
}
