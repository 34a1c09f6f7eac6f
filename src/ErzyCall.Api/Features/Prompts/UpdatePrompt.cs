using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Prompts;

/// <summary>Changes a prompt for calls created from now on; calls that exist already keep the text that they froze.</summary>
internal static class UpdatePrompt
{
    public static Task<Ok<Data<PromptResponse>>> HandleAsync(
        Id<Prompt> promptId,
        Patch<UpdatePromptRequest> patch,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var prompt = await db.LockOwnAsync(promptId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("prompt"));
                ifMatch.Check(PromptResponse.Of(prompt));

                var change = patch.Value;
                prompt.Name = change.Name.Or(prompt.Name);
                prompt.Text = change.Text.Or(prompt.Text);
                prompt.UpdatedAt = clock.Now();
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(PromptResponse.Of(prompt)));
            },
            cancellationToken);
}

/// <summary>Changes of a prompt. A field that is left out stays as it is.</summary>
/// <inheritdoc cref="PromptResponse"/>
internal sealed record UpdatePromptRequest
{
    public Optional<string> Name { get; init; }

    [Lines]
    public Optional<string> Text { get; init; }
}

internal sealed class UpdatePromptValidator : AbstractValidator<UpdatePromptRequest>
{
    public UpdatePromptValidator()
    {
        RuleFor(prompt => prompt.Name).NotCleared().Is(Constraints.Name(Prompt.MaxName));
        RuleFor(prompt => prompt.Text).NotCleared().Is(Constraints.Lines(1, Prompt.MaxText));
    }
}
