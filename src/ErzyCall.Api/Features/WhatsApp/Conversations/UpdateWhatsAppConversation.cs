using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <summary>
/// Says who answers in a conversation, or that it is over. The server goes by it in nothing: messages can be sent and come in as before,
/// and one of the customer's makes a closed conversation active again. It is no event.
/// </summary>
internal static class UpdateWhatsAppConversation
{
    public static Task<Ok<Data<ConversationResponse>>> HandleAsync(
        Id<Conversation> conversationId,
        Patch<UpdateWhatsAppConversationRequest> patch,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var conversation = await db.LockOwnAsync(conversationId, caller, cancellationToken)
                    ?? throw new ApiException(ApiError.NotFound("conversation"));
                var before = await GetWhatsAppConversation.ReadAsync(conversation, caller, db, clock.Now(), cancellationToken);
                ifMatch.Check(before);
                conversation.Status = patch.Value.Status.Or(conversation.Status);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(before with { Status = conversation.Status }));
            },
            cancellationToken);
}

/// <summary>What is to change of a conversation.</summary>
/// <inheritdoc cref="ConversationResponse"/>
internal sealed record UpdateWhatsAppConversationRequest
{
    public Optional<string> Status { get; init; }
}

internal sealed class UpdateWhatsAppConversationValidator : AbstractValidator<UpdateWhatsAppConversationRequest>
{
    public UpdateWhatsAppConversationValidator() =>
        RuleFor(conversation => conversation.Status).NotCleared().Is(Constraints.OneOf(ConversationStatus.All));
}
