using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Prompts;

/// <summary>Adds a prompt to the library, for cases and inbound assistants to name as <c>systemPromptId</c>.</summary>
internal static class CreatePrompt
{
    public static async Task<Created<Data<PromptResponse>>> HandleAsync(
        Body<CreatePromptRequest> body, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var prompt = new Prompt
        {
            Id = Id<Prompt>.New(now),
            OrganizationId = caller.OrganizationId,
            Name = body.Value.Name,
            Text = body.Value.Text,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Prompts.Add(prompt);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Created($"{ApiPath.V1}/prompts/{prompt.Id}", Data.Of(PromptResponse.Of(prompt)));
    }
}

/// <summary>A prompt to add to the library.</summary>
/// <inheritdoc cref="PromptResponse"/>
internal sealed record CreatePromptRequest
{
    public required string Name { get; init; }

    [Lines]
    public required string Text { get; init; }
}

internal sealed class CreatePromptValidator : AbstractValidator<CreatePromptRequest>
{
    public CreatePromptValidator()
    {
        RuleFor(prompt => prompt.Name).Required().Is(Constraints.Name(Prompt.MaxName));
        RuleFor(prompt => prompt.Text).Required().Is(Constraints.Lines(1, Prompt.MaxText));
    }
}
