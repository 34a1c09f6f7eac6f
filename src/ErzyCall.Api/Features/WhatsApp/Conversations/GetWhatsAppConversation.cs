using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Time;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <summary>
/// One conversation, with its 50 newest messages. Earlier ones are in <c>GET /whatsapp/conversations/{id}/messages</c>.
/// </summary>
internal static class GetWhatsAppConversation
{
    private const int NewestMessages = 50;

    public static async Task<SingleResource<ConversationResponse>> HandleAsync(
        Id<Conversation> conversationId, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var conversation = await db.Conversations.OwnedBy(caller)
            .AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == conversationId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("conversation"));
        return SingleResource.Of(await ReadAsync(conversation, caller, db, clock.Now(), cancellationToken));
    }

    public static async Task<ConversationResponse> ReadAsync(
        Conversation conversation, Caller caller, ErzyCallDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var newest = await db.Messages.OwnedBy(caller).AsNoTracking()
            .Where(message => message.ConversationId == conversation.Id)
            .OrderByDescending(message => message.CreatedAt)
            .Take(NewestMessages)
            .ToListAsync(cancellationToken);
        newest.Reverse();
        return ConversationResponse.Of(ConversationListItem.Of(conversation, now), [.. newest.Select(MessageResponse.Of)]);
    }
}
