using System.Text.Json;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Assistants;

internal static class CreateOutboundAssistant
{
    public static Task<Created<Data<OutboundAssistantResponse>>> HandleAsync(
        Body<CreateOutboundAssistantRequest> body,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var request = body.Value;
                var now = clock.Now();
                var assistant = new OutboundAssistant
                {
                    Id = Id<OutboundAssistant>.New(now),
                    OrganizationId = caller.OrganizationId,
                    Name = request.Name,
                    Description = request.Description,
                    IsDefault = request.IsDefault ?? false,
                    FirstMessage = request.FirstMessage,
                    SystemPrompt = request.SystemPrompt,
                    Voice = request.Voice,
                    Model = request.Model,
                    Transcriber = request.Transcriber,
                    BackchannelingEnabled = request.BackchannelingEnabled ?? false,
                    DialKeypadFunctionEnabled = request.DialKeypadFunctionEnabled ?? false,
                    BackgroundDenoisingEnabled = request.BackgroundDenoisingEnabled ?? false,
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                await db.RequireRoomAsync(
                    db.OutboundAssistants, OutboundAssistant.MaxCount, "outbound assistants", caller, cancellationToken);
                if (assistant.IsDefault)
                {
                    await db.TakeDefaultAsync(assistant, caller, now, cancellationToken);
                }

                db.OutboundAssistants.Add(assistant);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Created(
                    $"{ApiPath.V1}/assistants/outbound/{assistant.Id}",
                    Data.Of(OutboundAssistantResponse.Of(assistant)));
            },
            cancellationToken);
}

internal sealed record CreateOutboundAssistantRequest
{
    public required string Name { get; init; }

    [Lines]
    public string? Description { get; init; }

    public bool? IsDefault { get; init; }

    [Lines]
    public string? FirstMessage { get; init; }

    [Lines]
    public string? SystemPrompt { get; init; }

    public required JsonElement Voice { get; init; }

    public required JsonElement Model { get; init; }

    public JsonElement? Transcriber { get; init; }

    public bool? BackchannelingEnabled { get; init; }

    public bool? DialKeypadFunctionEnabled { get; init; }

    public bool? BackgroundDenoisingEnabled { get; init; }
}

internal sealed class CreateOutboundAssistantValidator : AbstractValidator<CreateOutboundAssistantRequest>
{
    public CreateOutboundAssistantValidator()
    {
        RuleFor(assistant => assistant.Name).Required().Is(Constraints.Name(OutboundAssistant.MaxName));
        RuleFor(assistant => assistant.Description).Is(Constraints.Lines(0, OutboundAssistant.MaxDescription));
        RuleFor(assistant => assistant.FirstMessage).Is(Constraints.Lines(1, OutboundAssistant.MaxFirstMessage));
        RuleFor(assistant => assistant.SystemPrompt).Is(Constraints.Lines(1, OutboundAssistant.MaxSystemPrompt));
        RuleFor(assistant => assistant.Voice).Required().Is(ProviderSettings.Constraint);
        RuleFor(assistant => assistant.Model).Required().Is(ProviderSettings.Constraint);
        RuleFor(assistant => assistant.Transcriber).Is(ProviderSettings.Constraint);
    }
}
