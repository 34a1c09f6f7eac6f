using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Cases;

/// <summary>
/// Makes a case, with which calls can be placed from now on. A <c>systemPromptId</c> that the organization does not have is 404.
/// </summary>
internal static class CreateCase
{
    public static async Task<Created<Data<CaseResponse>>> HandleAsync(
        Body<CreateCaseRequest> body, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var request = body.Value;
        var now = clock.Now();
        var script = new Case
        {
            Id = Id<Case>.New(now),
            OrganizationId = caller.OrganizationId,
            Title = request.Title,
            Status = request.Status ?? CaseStatus.Open,
            Description = request.Description,
            FirstMessage = request.FirstMessage,
            Prompt = request.Prompt,
            SystemPromptId = await db.ReferToOwnAsync(request.SystemPromptId?.Value, "prompt", caller, cancellationToken),
            Variables = [.. (request.Variables ?? []).Select(variable => variable.ToVariable())],
            ToolIds = [.. request.ToolIds ?? []],
            Keyterms = [.. request.Keyterms ?? []],
            Tags = TagList.Distinct(request.Tags ?? []),
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Cases.Add(script);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Created($"{ApiPath.V1}/cases/{script.Id}", Data.Of(CaseResponse.Of(script)));
    }
}

/// <summary>A case to make: exactly one of <c>prompt</c> and <c>systemPromptId</c> is given.</summary>
/// <inheritdoc cref="CaseResponse"/>
[Example(
    """
    {
      "title": "Appointment reminder",
      "firstMessage": "Hello {{name}}, I am calling about your appointment on {{date}}.",
      "prompt": "Remind the customer of the appointment.",
      "variables": [{ "name": "date", "source": "custom", "required": true }]
    }
    """)]
internal sealed record CreateCaseRequest
{
    public required string Title { get; init; }

    /// <summary>A label for you, <c>open</c> when left out: calls may be placed with an archived case as well.</summary>
    public string? Status { get; init; }

    [Lines]
    public string? Description { get; init; }

    [Lines]
    public string? FirstMessage { get; init; }

    [Lines]
    public string? Prompt { get; init; }

    public Given<Id<Prompt>>? SystemPromptId { get; init; }

    public IReadOnlyList<CaseVariableRequest>? Variables { get; init; }

    public IReadOnlyList<string>? ToolIds { get; init; }

    public IReadOnlyList<string>? Keyterms { get; init; }

    /// <summary>Labels of your own, from which nothing follows; one that is there twice is kept once.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
}

internal sealed class CreateCaseValidator : AbstractValidator<CreateCaseRequest>
{
    private static readonly Constraint<CreateCaseRequest> s_eitherPrompt = new(
        new FieldLimits
        {
            Forms =
            [
                new RequestForm { Given = ["prompt"], LeftOut = ["systemPromptId"] },
                new RequestForm { Given = ["systemPromptId"], LeftOut = ["prompt"] },
            ],
        },
        static script => (script.Prompt, script.SystemPromptId) switch
        {
            (null, null) => [new Violation("Required, or systemPromptId instead", "prompt")],
            (not null, not null) => [CaseConstraints.BothPrompts],
            _ => [],
        });

    public CreateCaseValidator()
    {
        RuleFor(script => script.Title).Required().Is(Constraints.Name(Case.MaxTitle));
        RuleFor(script => script.Status).Is(CaseConstraints.Status);
        RuleFor(script => script.Description).Is(Constraints.Lines(0, Case.MaxDescription));
        RuleFor(script => script.FirstMessage).Is(Constraints.Lines(0, Case.MaxFirstMessage));
        RuleFor(script => script.Prompt).Is(Constraints.Lines(1, Case.MaxPrompt));
        RuleFor(script => script.SystemPromptId).Is(Constraints.IdOf<Prompt>());
        RuleFor(script => script).Is(s_eitherPrompt);
        RuleFor(script => script.Variables).Is(CaseConstraints.Variables);
        RuleFor(script => script.ToolIds).Is(CaseConstraints.ToolIds);
        RuleFor(script => script.Keyterms).Is(CaseConstraints.Keyterms);
        RuleFor(script => script.Tags).Is(TagList.Constraint);
    }
}
