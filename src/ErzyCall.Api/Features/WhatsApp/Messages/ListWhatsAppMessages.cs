using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>The messages of a conversation, newest first.</summary>
internal static class ListWhatsAppMessages
{
    public static async Task<Ok<Page<MessageResponse>>> HandleAsync(
        Id<Conversation> conversationId,
        Query<ListWhatsAppMessagesQuery> query,
        Caller caller,
        ErzyCallDbContext db,
        Cursors cursors,
        CancellationToken cancellationToken)
    {
        if (!await db.Conversations.OwnedBy(caller).AnyAsync(row => row.Id == conversationId, cancellationToken))
        {
            throw new ApiException(ApiError.NotFound("conversation"));
        }

        var list = new ConversationMessages(conversationId, query.Value.Page);
        var messages = db.Messages.OwnedBy(caller).Where(message => message.ConversationId == conversationId);
        return TypedResults.Ok(await messages.ToPageAsync(list, MessageResponse.FromMessage, caller, cursors, cancellationToken));
    }

    /// <summary>The list that a cursor is bound to: one conversation's messages.</summary>
    private sealed record ConversationMessages(Id<Conversation> ConversationId, PageRequest Page) : IPagedQuery;
}

internal sealed record ListWhatsAppMessagesQuery(PageRequest Page) : IQueryParameters<ListWhatsAppMessagesQuery>
{
    public static ListWhatsAppMessagesQuery Read(QueryReader query) => new(query.Page());
}
