using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Cases;

/// <summary>
/// Changes a case for calls created from now on; calls that exist already keep the script that they froze. A case changes between a prompt
/// of its own and one of the library when a request gives the one and clears the other; a request that would leave it with both or with
/// none is refused.
/// </summary>
internal static class UpdateCase
{
    public static Task<Ok<Data<CaseResponse>>> HandleAsync(
        Id<Case> caseId,
        Patch<UpdateCaseRequest> patch,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var script = await db.LockOwnAsync(caseId, caller, cancellationToken) ?? throw new ApiException(ApiError.NotFound("case"));
                ifMatch.Check(CaseResponse.Of(script));

                var change = patch.Value;
                if (change.SystemPromptId.IsPresent)
                {
                    script.SystemPromptId = await db.ReferToOwnAsync(
                        change.SystemPromptId.Value?.Value, "prompt", caller, cancellationToken);
                }

                script.Prompt = change.Prompt.Or(script.Prompt);
                RefuseUnlessOnePrompt(script, change);

                script.Title = change.Title.Or(script.Title);
                script.Status = change.Status.Or(script.Status);
                script.Description = change.Description.Or(script.Description);
                script.FirstMessage = change.FirstMessage.Or(script.FirstMessage);
                script.Variables = change.Variables.Value?.Select(variable => variable.ToVariable()).ToList() ?? script.Variables;
                script.ToolIds = change.ToolIds.Value?.ToArray() ?? script.ToolIds;
                script.Keyterms = change.Keyterms.Value?.ToArray() ?? script.Keyterms;
                script.Tags = change.Tags.Value is { } tags ? TagList.Distinct(tags) : script.Tags;
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
                    change.Prompt.IsPresent ? "prompt" : "systemPromptId",
                    "Must not be cleared unless the other of prompt and systemPromptId is given")));
        }
    }
}

/// <summary>Changes of a case. A field that is left out stays as it is; lists are replaced whole.</summary>
/// <inheritdoc cref="CaseResponse"/>
internal sealed record UpdateCaseRequest
{
    public Optional<string> Title { get; init; }

    public Optional<string> Status { get; init; }

    [Lines]
    public Optional<string> Description { get; init; }

    [Lines]
    public Optional<string> FirstMessage { get; init; }

    /// <summary>
    /// The instructions that the assistant follows, with placeholders such as <c>{{name}}</c>. While the case has a <c>systemPromptId</c>
    /// they are refused (409), unless the same request sets that to <c>null</c>.
    /// </summary>
    [Lines]
    public Optional<string> Prompt { get; init; }

    /// <summary>
    /// The prompt of the library that has the instructions. While the case has a <c>prompt</c> of its own it is refused (409), unless the
    /// same request sets that to <c>null</c>.
    /// </summary>
    public Optional<Given<Id<Prompt>>> SystemPromptId { get; init; }

    public Optional<IReadOnlyList<CaseVariableRequest>> Variables { get; init; }

    public Optional<IReadOnlyList<string>> ToolIds { get; init; }

    public Optional<IReadOnlyList<string>> Keyterms { get; init; }

    /// <summary>Labels of your own, from which nothing follows; one that is there twice is kept once.</summary>
    public Optional<IReadOnlyList<string>> Tags { get; init; }
}

internal sealed class UpdateCaseValidator : AbstractValidator<UpdateCaseRequest>
{
    private static readonly Constraint<UpdateCaseRequest> s_notBothPrompts = new(
        new FieldLimits
        {
            Forms = [new RequestForm { LeftOut = ["prompt"] }, new RequestForm { Given = ["prompt"], LeftOut = ["systemPromptId"] }],
        },
        static script => script is { Prompt.Value: not null, SystemPromptId.Value: not null } ? [CaseConstraints.BothPrompts] : []);

    public UpdateCaseValidator()
    {
        RuleFor(script => script.Title).NotCleared().Is(Constraints.Name(Case.MaxTitle));
        RuleFor(script => script.Status).NotCleared().Is(CaseConstraints.Status);
        RuleFor(script => script.Description).Is(Constraints.Lines(0, Case.MaxDescription));
        RuleFor(script => script.FirstMessage).Is(Constraints.Lines(0, Case.MaxFirstMessage));
        RuleFor(script => script.Prompt).Is(Constraints.Lines(1, Case.MaxPrompt));
        RuleFor(script => script.SystemPromptId).Is(Constraints.IdOf<Prompt>());
        RuleFor(script => script).Is(s_notBothPrompts);
        RuleFor(script => script.Variables).NotCleared().Is(CaseConstraints.Variables);
        RuleFor(script => script.ToolIds).NotCleared().Is(CaseConstraints.ToolIds);
        RuleFor(script => script.Keyterms).NotCleared().Is(CaseConstraints.Keyterms);
        RuleFor(script => script.Tags).NotCleared().Is(TagList.Constraint);
    }
}
