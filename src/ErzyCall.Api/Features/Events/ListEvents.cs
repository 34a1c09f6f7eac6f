using System.Text.Json;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.Events;

/// <summary>
/// The events of the organization, oldest first, as they are sent to webhook endpoints. They are kept for 30 days. Read on from
/// <c>pagination.cursor</c>, also when there is nothing more: it is then the position behind the last event. A gap in <c>sequence</c> means
/// that the events in between are kept no longer.
/// </summary>
internal static class ListEvents
{
    public static async Task<Ok<Page<EventResponse>>> HandleAsync(
        Query<ListEventsQuery> query, Caller caller, ErzyCallDbContext db, Cursors cursors, CancellationToken cancellationToken)
    {
        var page = query.Value.Page;
        var feed = PagedList.NameOf(query.Value);
        var after = cursors.ReadSequence(caller, feed, page) ?? 0;
        var rows = await db.Events.OwnedBy(caller).AsNoTracking().Behind(after).Take(page.Size + 1).ToListAsync(cancellationToken);

        var hasMore = rows.Count > page.Size;
        var events = rows.Take(page.Size).Select(EventResponse.Of).ToList();
        var last = events is [.., var newest] ? newest.Sequence : after;
        return TypedResults.Ok(new Page<EventResponse>(events, new PageInfo(cursors.Write(caller, feed, last), hasMore, page.Size)));
    }
}

internal sealed record ListEventsQuery(PageRequest Page) : IQueryParameters<ListEventsQuery>, IPagedQuery
{
    public static ListEventsQuery Read(QueryReader query) => new(query.Page("after"));
}

/// <summary>Something that happened, as it is sent to webhook endpoints.</summary>
/// <param name="Sequence">The event's place in the organization's feed, from 1 on without a gap.</param>
/// <param name="Id">The event's id, the same as <c>webhook-id</c> of its deliveries.</param>
/// <param name="Event">The name of the event.</param>
/// <param name="Timestamp">When the event happened.</param>
/// <param name="Data">The call, contact or message in its list form, as it stood then.</param>
[SchemaName("FeedEvent")]
internal sealed record EventResponse(
    long Sequence,
    Id<OutboxEvent> Id,
    [property: OneOf(typeof(EventType))] string Event,
    DateTimeOffset Timestamp,
    JsonElement Data)
{
    public static EventResponse Of(OutboxEvent happened) =>
        new(happened.Sequence!.Value, happened.Id, happened.Type, happened.CreatedAt, JsonElement.Parse(happened.Data));
}
