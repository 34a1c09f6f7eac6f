using System.Text.Json;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>
/// Makes an assistant for outgoing calls, which speaks on those that name it as <c>assistantConfigId</c>. Making it the default takes that
/// from whichever assistant was. An organization has at most 1,000: one more is 422.
/// </summary>
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

/// <summary>An outbound assistant to make.</summary>
/// <inheritdoc cref="OutboundAssistantResponse"/>
[Example("""{"name":"Receptionist","voice":{"provider":"platform"},"model":{"provider":"platform"}}""")]
internal sealed record CreateOutboundAssistantRequest
{
    public required string Name { get; init; }

    [Lines]
    public string? Description { get; init; }

    /// <summary>
    /// Whether it becomes the organization's default, and whichever was is so no longer; left out, it does not. A mark for your programs: a
    /// call speaks with the assistant that it names, else with the platform's defaults.
    /// </summary>
    public bool? IsDefault { get; init; }

    [Lines]
    public string? FirstMessage { get; init; }

    [Lines]
    public string? SystemPrompt { get; init; }

    public required JsonElement Voice { get; init; }

    public required JsonElement Model { get; init; }

    public JsonElement? Transcriber { get; init; }

    /// <summary>
    /// Whether the assistant says small words such as "I see" while the other side speaks; left out, it does not. Not every carrier can: a
    /// preview of a call tells, as <c>notSupported</c>.
    /// </summary>
    public bool? BackchannelingEnabled { get; init; }

    /// <summary>
    /// Whether the assistant may press the keys of the phone, as the menus of a switchboard ask; left out, it may not.
    /// </summary>
    public bool? DialKeypadFunctionEnabled { get; init; }

    /// <summary>
    /// Whether noise around whoever is on the phone is taken out of what the assistant hears; left out, it is not.
    /// </summary>
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
