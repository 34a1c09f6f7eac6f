using System.Linq.Expressions;
using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Platform.Pagination;

namespace ErzyCall.Api.Features.Cases;

/// <summary>A reusable call script.</summary>
/// <param name="Title">What lists call the case; it is not spoken.</param>
/// <param name="Status">A label for you: calls may be placed with an archived case as well.</param>
/// <param name="Description">
/// What the case is for, in your own words; neither the assistant nor whoever is called hears of it. <c>null</c> when there is none.
/// </param>
/// <param name="FirstMessage">
/// What the assistant says first on a call that brings no first message of its own, with placeholders such as <c>{{name}}</c>; <c>null</c>
/// leaves it to the call's assistant.
/// </param>
/// <param name="Prompt">
/// The instructions that the assistant follows, with placeholders such as <c>{{name}}</c>; they replace the assistant's own. <c>null</c>
/// when <c>systemPromptId</c> names them: a case has exactly one of the two.
/// </param>
/// <param name="SystemPromptId">
/// The prompt of the library that has the instructions; <c>null</c> when the case has a <c>prompt</c> of its own.
/// </param>
/// <param name="Variables">
/// The placeholders for which the case says where their values come from; others may stand in its texts as well.
/// </param>
/// <param name="ToolIds">The carrier's own ids of the tools that the assistant may use on a call.</param>
/// <param name="Keyterms">Words and phrases that the transcriber is to listen for, such as names.</param>
/// <param name="Tags">Labels of your own, each once; nothing follows from them.</param>
[Example("""{"title":"Appointment reminder","systemPromptId":null,"variables":[]}""")]
internal sealed record CaseResponse(
    Id<Case> Id,
    string Title,
    [property: OneOf(typeof(CaseStatus))] string Status,
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
/// <inheritdoc cref="CaseResponse"/>
[Example("""{"title":"Appointment reminder"}""")]
internal sealed record CaseListItem(
    Id<Case> Id, string Title, [property: OneOf(typeof(CaseStatus))] string Status, DateTimeOffset CreatedAt) : IListed<Case>
{
    public static Expression<Func<Case, CaseListItem>> FromCase { get; } =
        script => new CaseListItem(script.Id, script.Title, script.Status, script.CreatedAt);
}
