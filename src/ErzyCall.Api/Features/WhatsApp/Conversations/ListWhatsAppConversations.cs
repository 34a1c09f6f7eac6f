using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <summary>
/// The organization's conversations without their messages, newest activity first. This is the only list whose items move: a conversation
/// in which something is written while the pages are read goes to the first page, and is shown again to whoever begins anew.
/// </summary>
internal static class ListWhatsAppConversations
{
    public static async Task<Ok<Page<ConversationListItem>>> HandleAsync(
        Query<ListWhatsAppConversationsQuery> query,
        Caller caller,
        ErzyCallDbContext db,
        Cursors cursors,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var filter = query.Value;
        var list = PagedList.NameOf(filter);
        var conversations = db.Conversations.OwnedBy(caller).AsNoTracking();
        if (filter.Status is { } status)
        {
            conversations = conversations.Where(conversation => conversation.Status == status);
        }

        if (cursors.Read(caller, list, filter.Page) is { } after)
        {
            var lastId = new Id<Conversation>(after.Id);
            conversations = conversations.Where(conversation => EF.Functions.LessThan(
                ValueTuple.Create(conversation.LastMessageAt, conversation.Id), ValueTuple.Create(after.CreatedAt, lastId)));
        }

        var rows = await conversations
            .OrderByDescending(conversation => conversation.LastMessageAt).ThenByDescending(conversation => conversation.Id)
            .Take(filter.Page.Size + 1)
            .ToListAsync(cancellationToken);
        var now = clock.Now();
        return TypedResults.Ok(Page.Of(
            rows.ConvertAll(row => ConversationListItem.Of(row, now)),
            filter.Page,
            last => cursors.Write(caller, list, new Position(last.LastMessageAt, last.Id.Value))));
    }
}

/// <param name="Status">The status that a conversation must have.</param>
internal sealed record ListWhatsAppConversationsQuery(string? Status, PageRequest Page)
    : IQueryParameters<ListWhatsAppConversationsQuery>, IPagedQuery
{
    private static readonly Constraint<string> s_status = Constraints.OneOf(ConversationStatus.All);

    public static ListWhatsAppConversationsQuery Read(QueryReader query) => new(query.Read("status", s_status), query.Page());
}
