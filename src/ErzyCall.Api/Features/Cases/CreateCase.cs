using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Cases;

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
            Title = request.Title!,
            Status = request.Status ?? CaseStatus.Open,
            Description = request.Description,
            FirstMessage = request.FirstMessage,
            Prompt = request.Prompt,
            SystemPromptId = await db.ReferToOwnAsync<Prompt>(request.SystemPromptId, "prompt", caller, cancellationToken),
            Variables = CaseVariableRequest.ToVariables(request.Variables),
            ToolIds = [.. (request.ToolIds ?? []).OfType<string>()],
            Keyterms = [.. (request.Keyterms ?? []).OfType<string>()],
            Tags = FieldRules.Distinct(request.Tags),
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Cases.Add(script);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Created($"{ApiPath.V1}/cases/{script.Id}", Data.Of(CaseResponse.Of(script)));
    }
}

[Example("""{"title":"Appointment reminder","firstMessage":"Hello {{name}}, I am calling about your appointment on {{date}}.","prompt":"Remind the customer of the appointment.","variables":[{"name":"date","source":"custom","required":true}]}""")]
internal sealed record CreateCaseRequest
{
    public string? Title { get; init; }

    /// <summary>Left out: <c>open</c>.</summary>
    public string? Status { get; init; }

    [Lines]
    public string? Description { get; init; }

    [Lines]
    public string? FirstMessage { get; init; }

    [Lines]
    public string? Prompt { get; init; }

    public string? SystemPromptId { get; init; }

    public IReadOnlyList<CaseVariableRequest?>? Variables { get; init; }

    public IReadOnlyList<string?>? ToolIds { get; init; }

    public IReadOnlyList<string?>? Keyterms { get; init; }

    public IReadOnlyList<string?>? Tags { get; init; }
}

internal sealed class CreateCaseValidator : AbstractValidator<CreateCaseRequest>
{
    public CreateCaseValidator()
    {
        RuleFor(script => script).Telling(CaseRules.EitherPrompt);
        RuleFor(script => script.Title).Required().Name(Case.MaxTitle);
        RuleFor(script => script.Status).CaseStatus();
        RuleFor(script => script.Description).Lines(0, Case.MaxDescription);
        RuleFor(script => script.FirstMessage).Lines(0, Case.MaxFirstMessage);
        RuleFor(script => script.Prompt)
            .Must((script, prompt) => prompt is not null || script.SystemPromptId is not null).WithMessage("Required, or systemPromptId instead")
            .Lines(1, Case.MaxPrompt);
        RuleFor(script => script.SystemPromptId)
            .IdOf<CreateCaseRequest, Prompt>()
            .Must((script, prompt) => prompt is null || script.Prompt is null).WithMessage(CaseRules.OnePrompt);
        RuleFor(script => script.Variables).Variables();
        RuleFor(script => script.ToolIds).ToolIds();
        RuleFor(script => script.Keyterms).Keyterms();
        RuleFor(script => script.Tags).Tags();
    }
}
