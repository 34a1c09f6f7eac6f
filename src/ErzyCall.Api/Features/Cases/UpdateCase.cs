using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Errors;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.Api.Platform.Tenancy;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Cases;

/// <summary>
/// Changes a case for calls placed from now on; those that exist have frozen theirs. Its prompt moves between its own text and the library when a request
/// gives the one and clears the other; a request that would leave it with both or with none is refused.
/// </summary>
internal static class UpdateCase
{
    public static Task<Ok<Data<CaseResponse>>> HandleAsync(
        Id<Case> caseId, Patch<UpdateCaseRequest> patch, IfMatch ifMatch, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var script = await db.LockOwnAsync(caseId, caller, cancellationToken) ?? throw new ApiException(ApiError.NotFound("case"));
                ifMatch.Check(CaseResponse.Of(script));

                var change = patch.Value;
                if (change.SystemPromptId.IsPresent)
                {
                    script.SystemPromptId = await db.ReferToOwnAsync<Prompt>(change.SystemPromptId.Value, "prompt", caller, cancellationToken);
                }

                script.Prompt = change.Prompt.Or(script.Prompt);
                RefuseUnlessOnePrompt(script, change);

                script.Title = change.Title.Or(script.Title);
                script.Status = change.Status.Or(script.Status);
                script.Description = change.Description.Or(script.Description);
                script.FirstMessage = change.FirstMessage.Or(script.FirstMessage);
                script.Variables = change.Variables.IsPresent ? CaseVariableRequest.ToVariables(change.Variables.Value) : script.Variables;
                script.ToolIds = change.ToolIds.IsPresent ? [.. change.ToolIds.Value!.OfType<string>()] : script.ToolIds;
                script.Keyterms = change.Keyterms.IsPresent ? [.. change.Keyterms.Value!.OfType<string>()] : script.Keyterms;
                script.Tags = change.Tags.IsPresent ? FieldRules.Distinct(change.Tags.Value) : script.Tags;
                script.UpdatedAt = clock.Now();
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(CaseResponse.Of(script)));
            },
            cancellationToken);

    private static void RefuseUnlessOnePrompt(Case script, UpdateCaseRequest change)
    {
        switch (script)
        {
            case { Prompt: not null, SystemPromptId: not null }:
                throw new ApiException(ApiError.Conflict(change.Prompt.IsPresent
                    ? "The case uses a prompt of the library; clear systemPromptId in the same request to give it its own"
                    : "The case has its own prompt; clear prompt in the same request to use one of the library"));

            case { Prompt: null, SystemPromptId: null }:
                throw new ApiException(ApiError.InvalidBody(new FieldError(
                    change.Prompt.IsPresent ? "prompt" : "systemPromptId", "Must not be cleared unless the other of prompt and systemPromptId is given")));
        }
    }
}

internal sealed record UpdateCaseRequest
{
    public Optional<string> Title { get; init; }

    public Optional<string> Status { get; init; }

    [Lines]
    public Optional<string> Description { get; init; }

    [Lines]
    public Optional<string> FirstMessage { get; init; }

    [Lines]
    public Optional<string> Prompt { get; init; }

    public Optional<string> SystemPromptId { get; init; }

    public Optional<IReadOnlyList<CaseVariableRequest?>> Variables { get; init; }

    public Optional<IReadOnlyList<string?>> ToolIds { get; init; }

    public Optional<IReadOnlyList<string?>> Keyterms { get; init; }

    public Optional<IReadOnlyList<string?>> Tags { get; init; }
}

internal sealed class UpdateCaseValidator : AbstractValidator<UpdateCaseRequest>
{
    public UpdateCaseValidator()
    {
        RuleFor(script => script).Telling(CaseRules.NotBothPrompts);
        RuleFor(script => script.Title).NotCleared();
        RuleFor(script => script.Title.Value).Name(Case.MaxTitle);
        RuleFor(script => script.Status).NotCleared();
        RuleFor(script => script.Status.Value).CaseStatus();
        RuleFor(script => script.Description.Value).Lines(0, Case.MaxDescription);
        RuleFor(script => script.FirstMessage.Value).Lines(0, Case.MaxFirstMessage);
        RuleFor(script => script.Prompt.Value).Lines(1, Case.MaxPrompt);
        RuleFor(script => script.SystemPromptId.Value)
            .IdOf<UpdateCaseRequest, Prompt>()
            .Must((script, prompt) => prompt is null || script.Prompt.Value is null).WithMessage(CaseRules.OnePrompt);
        RuleFor(script => script.Variables).NotCleared();
        RuleFor(script => script.Variables.Value).Variables();
        RuleFor(script => script.ToolIds).NotCleared();
        RuleFor(script => script.ToolIds.Value).ToolIds();
        RuleFor(script => script.Keyterms).NotCleared();
        RuleFor(script => script.Keyterms.Value).Keyterms();
        RuleFor(script => script.Tags).NotCleared();
        RuleFor(script => script.Tags.Value).Tags();
    }
}
