using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>
/// Makes an assistant for calls that come in. No carrier hands any to this version yet; it is to answer those to a phone number once that
/// names it as <c>inboundAssistantId</c>. An organization has at most 1,000: one more is 422.
/// </summary>
internal static class CreateInboundAssistant
{
    public static Task<Created<Data<InboundAssistantResponse>>> HandleAsync(
        Body<CreateInboundAssistantRequest> body,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var prompt = await db.ReferToOwnAsync(body.Value.SystemPromptId?.Value, "prompt", caller, cancellationToken);
                await db.RequireRoomAsync(db.InboundAssistants, InboundAssistant.MaxCount, "inbound assistants", caller, cancellationToken);

                var now = clock.Now();
                var assistant = new InboundAssistant
                {
                    Id = Id<InboundAssistant>.New(now),
                    OrganizationId = caller.OrganizationId,
                    Name = body.Value.Name,
                    SystemPromptId = prompt,
                    CreatedAt = now,
                };
                db.InboundAssistants.Add(assistant);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Created(
                    $"{ApiPath.V1}/assistants/inbound/{assistant.Id}",
                    Data.Of(InboundAssistantResponse.Of(assistant)));
            },
            cancellationToken);
}

/// <summary>An inbound assistant to make.</summary>
/// <inheritdoc cref="InboundAssistantResponse"/>
internal sealed record CreateInboundAssistantRequest
{
    public required string Name { get; init; }

    public Given<Id<Prompt>>? SystemPromptId { get; init; }
}

internal sealed class CreateInboundAssistantValidator : AbstractValidator<CreateInboundAssistantRequest>
{
    public CreateInboundAssistantValidator()
    {
        RuleFor(assistant => assistant.Name).Required().Is(Constraints.Name(InboundAssistant.MaxName));
        RuleFor(assistant => assistant.SystemPromptId).Is(Constraints.IdOf<Prompt>());
    }
}
