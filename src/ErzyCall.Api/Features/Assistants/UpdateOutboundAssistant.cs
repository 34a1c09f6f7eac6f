using System.Text.Json;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>
/// Changes an assistant for calls created from now on; calls that exist already keep what they froze of it. Making it the default takes
/// that from whichever assistant was.
/// </summary>
internal static class UpdateOutboundAssistant
{
    public static Task<Ok<Data<OutboundAssistantResponse>>> HandleAsync(
        Id<OutboundAssistant> outboundAssistantId,
        Patch<UpdateOutboundAssistantRequest> patch,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var change = patch.Value;
                var becomesDefault = change.IsDefault.Value is true;
                if (becomesDefault)
                {
                    await db.LockSetAsync<OutboundAssistant>(caller, cancellationToken);
                }

                var assistant = await db.LockOwnAsync(outboundAssistantId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("outbound assistant"));
                ifMatch.Check(OutboundAssistantResponse.Of(assistant));

                var now = clock.Now();
                if (becomesDefault)
                {
                    await db.TakeDefaultAsync(assistant, caller, now, cancellationToken);
                }

                assistant.Name = change.Name.Or(assistant.Name);
                assistant.Description = change.Description.Or(assistant.Description);
                assistant.IsDefault = change.IsDefault.Value ?? assistant.IsDefault;
                assistant.FirstMessage = change.FirstMessage.Or(assistant.FirstMessage);
                assistant.SystemPrompt = change.SystemPrompt.Or(assistant.SystemPrompt);
                assistant.Voice = change.Voice.Value ?? assistant.Voice;
                assistant.Model = change.Model.Value ?? assistant.Model;
                assistant.Transcriber = change.Transcriber.Or(assistant.Transcriber);
                assistant.BackchannelingEnabled = change.BackchannelingEnabled.Value ?? assistant.BackchannelingEnabled;
                assistant.DialKeypadFunctionEnabled = change.DialKeypadFunctionEnabled.Value ?? assistant.DialKeypadFunctionEnabled;
                assistant.BackgroundDenoisingEnabled = change.BackgroundDenoisingEnabled.Value ?? assistant.BackgroundDenoisingEnabled;
                assistant.UpdatedAt = now;
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(OutboundAssistantResponse.Of(assistant)));
            },
            cancellationToken);
}

/// <summary>
/// Changes of an outbound assistant. A field that is left out stays as it is; <c>voice</c>, <c>model</c> and <c>transcriber</c> are
/// replaced whole.
/// </summary>
/// <inheritdoc cref="OutboundAssistantResponse"/>
internal sealed record UpdateOutboundAssistantRequest
{
    public Optional<string> Name { get; init; }

    [Lines]
    public Optional<string> Description { get; init; }

    public Optional<bool?> IsDefault { get; init; }

    [Lines]
    public Optional<string> FirstMessage { get; init; }

    [Lines]
    public Optional<string> SystemPrompt { get; init; }

    public Optional<JsonElement?> Voice { get; init; }

    public Optional<JsonElement?> Model { get; init; }

    public Optional<JsonElement?> Transcriber { get; init; }

    public Optional<bool?> BackchannelingEnabled { get; init; }

    public Optional<bool?> DialKeypadFunctionEnabled { get; init; }

    public Optional<bool?> BackgroundDenoisingEnabled { get; init; }
}

internal sealed class UpdateOutboundAssistantValidator : AbstractValidator<UpdateOutboundAssistantRequest>
{
    public UpdateOutboundAssistantValidator()
    {
        RuleFor(assistant => assistant.Name).NotCleared().Is(Constraints.Name(OutboundAssistant.MaxName));
        RuleFor(assistant => assistant.Description).Is(Constraints.Lines(0, OutboundAssistant.MaxDescription));
        RuleFor(assistant => assistant.IsDefault).NotCleared();
        RuleFor(assistant => assistant.FirstMessage).Is(Constraints.Lines(1, OutboundAssistant.MaxFirstMessage));
        RuleFor(assistant => assistant.SystemPrompt).Is(Constraints.Lines(1, OutboundAssistant.MaxSystemPrompt));
        RuleFor(assistant => assistant.Voice).NotCleared().Is(ProviderSettings.Constraint);
        RuleFor(assistant => assistant.Model).NotCleared().Is(ProviderSettings.Constraint);
        RuleFor(assistant => assistant.Transcriber).Is(ProviderSettings.Constraint);
        RuleFor(assistant => assistant.BackchannelingEnabled).NotCleared();
        RuleFor(assistant => assistant.DialKeypadFunctionEnabled).NotCleared();
        RuleFor(assistant => assistant.BackgroundDenoisingEnabled).NotCleared();
    }
}
