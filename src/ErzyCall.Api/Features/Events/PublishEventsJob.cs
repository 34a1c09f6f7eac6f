using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Events;

/// <summary>
/// Publishes committed events: gives each its place in the organization's feed and hands it on (<see cref="ITakesEvents"/>), in one
/// transaction. Transactions that write events commit in any order and do not wait for each other; only here, under the feed's lock, do
/// their events get their order. So the feed has no gap and a place once read never changes, and the events of one resource, which are
/// written under its lock, keep their order.
/// </summary>
internal sealed class PublishEventsJob(
    ErzyCallDbContext db, IEnumerable<ITakesEvents> takers, ParkedRows<PublishEventsJob> parked, TimeProvider clock) : IJob
{
    /// <summary>The most events that a step publishes.</summary>
    private const int BatchSize = 1_000;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = ["events"];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await LockFeedInTurnAsync(cancellationToken) is not { } feed)
        {
            return false;
        }

        // Read once the lock is held, by a statement of its own: whoever held it before has committed what it published.
        var unpublished = await db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT id FROM events
                 WHERE organization_id = {feed.OrganizationId.Value} AND sequence IS NULL AND NOT is_private AND id <> ALL ({parked.Ids})
                 ORDER BY position
                 LIMIT {BatchSize}
                 """)
            .ToListAsync(cancellationToken);
        await parked.EachAsync(db, unpublished, ids => PublishAsync(feed.OrganizationId, ids, now, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task<List<PublishedEvent>> PublishAsync(
        Id<Owner> organization, IReadOnlyList<Guid> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var published = await PlaceAsync(organization, events, now, cancellationToken);
        foreach (var taker in takers)
        {
            await taker.TakeAsync(organization, published, now, cancellationToken);
        }

        return published;
    }

    private Task<EventFeed?> LockFeedInTurnAsync(CancellationToken cancellationToken) =>
        db.EventFeeds
            .FromSql(
                $"""
                 SELECT feed.* FROM event_feeds AS feed
                 CROSS JOIN LATERAL (
                   SELECT FROM events WHERE organization_id = feed.organization_id AND sequence IS NULL AND NOT is_private
                     AND id <> ALL ({parked.Ids})
                   LIMIT 1) AS unpublished
                 ORDER BY published_at NULLS FIRST
                 LIMIT 1
                 FOR NO KEY UPDATE OF feed SKIP LOCKED
                 """)
            .SingleOrDefaultAsync(cancellationToken);

    /// <remarks>
    /// Rows are updated by their places in the table, for the reason that <c>DeliveryQueue.ClaimAsync</c> gives. Nobody else changes an
    /// event.
    /// </remarks>
    private Task<List<PublishedEvent>> PlaceAsync(
        Id<Owner> organization, IReadOnlyList<Guid> events, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Database
            .SqlQuery<PublishedEvent>(
                $"""
                 WITH feed AS (
                   UPDATE event_feeds SET last_sequence = last_sequence + {events.Count}, published_at = {now}
                   WHERE organization_id = {organization.Value}
                   RETURNING last_sequence - {events.Count} AS last_sequence)
                 UPDATE events SET sequence = feed.last_sequence + next.turn
                 FROM feed, (
                   SELECT place, turn FROM unnest({events}) WITH ORDINALITY AS unpublished (id, turn)
                   CROSS JOIN LATERAL (SELECT ctid AS place FROM events WHERE events.id = unpublished.id LIMIT 1) AS found) AS next
                 WHERE events.ctid = next.place
                 RETURNING events.id, events.type
                 """)
            .ToListAsync(cancellationToken);
}
