using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>Changes an inbound assistant for the calls that it answers from now on.</summary>
internal static class UpdateInboundAssistant
{
    public static Task<Ok<Data<InboundAssistantResponse>>> HandleAsync(
        Id<InboundAssistant> inboundAssistantId,
        Patch<UpdateInboundAssistantRequest> patch,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var assistant = await db.LockOwnAsync(inboundAssistantId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("inbound assistant"));
                ifMatch.Check(InboundAssistantResponse.Of(assistant));

                var change = patch.Value;
                assistant.Name = change.Name.Or(assistant.Name);
                if (change.SystemPromptId.IsPresent)
                {
                    assistant.SystemPromptId = await db.ReferToOwnAsync(
                        change.SystemPromptId.Value?.Value, "prompt", caller, cancellationToken);
                }

                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(InboundAssistantResponse.Of(assistant)));
            },
            cancellationToken);
}

/// <summary>Changes of an inbound assistant. A field that is left out stays as it is.</summary>
/// <inheritdoc cref="InboundAssistantResponse"/>
internal sealed record UpdateInboundAssistantRequest
{
    public Optional<string> Name { get; init; }

    public Optional<Given<Id<Prompt>>> SystemPromptId { get; init; }
}

internal sealed class UpdateInboundAssistantValidator : AbstractValidator<UpdateInboundAssistantRequest>
{
    public UpdateInboundAssistantValidator()
    {
        RuleFor(assistant => assistant.Name).NotCleared().Is(Constraints.Name(InboundAssistant.MaxName));
        RuleFor(assistant => assistant.SystemPromptId).Is(Constraints.IdOf<Prompt>());
    }
}
