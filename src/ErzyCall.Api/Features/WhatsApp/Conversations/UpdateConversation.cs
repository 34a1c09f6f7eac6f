using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <summary>Says who answers in a conversation, or that it is over.</summary>
internal static class UpdateConversation
{
    public static Task<Ok<Data<ConversationResponse>>> HandleAsync(
        Id<Conversation> conversationId,
        Patch<UpdateConversationRequest> patch,
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
                var before = await GetConversation.ReadAsync(conversation, caller, db, clock.Now(), cancellationToken);
                ifMatch.Check(before);
                conversation.Status = patch.Value.Status.Or(conversation.Status);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(before with { Status = conversation.Status }));
            },
            cancellationToken);
}

internal sealed record UpdateConversationRequest
{
    public Optional<string> Status { get; init; }
}

internal sealed class UpdateConversationValidator : AbstractValidator<UpdateConversationRequest>
{
    public UpdateConversationValidator() =>
        RuleFor(conversation => conversation.Status).NotCleared().Is(Constraints.OneOf(ConversationStatus.All));
}
