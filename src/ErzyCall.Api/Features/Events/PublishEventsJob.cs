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

    /// <summary>The most feeds that have their turn in one step.</summary>
    private const int Turns = 20;

    public static TimeSpan PollInterval { get; } = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> WokenBy { get; } = ["events"];

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var feeds = await LockFeedsInTurnAsync(cancellationToken);
        if (feeds.Count == 0)
        {
            return false;
        }

        // Read once the locks are held, by a statement of its own: whoever held them before has committed what it published.
        var unpublished = await db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT event.id FROM unnest({feeds}) AS feed (organization_id)
                 CROSS JOIN LATERAL (
                   SELECT id, position FROM events
                   WHERE organization_id = feed.organization_id AND sequence IS NULL AND NOT is_private AND id <> ALL ({parked.Ids})
                   ORDER BY position
                   LIMIT {BatchSize / feeds.Count}) AS event
                 ORDER BY event.position
                 """)
            .ToListAsync(cancellationToken);
        await parked.EachAsync(db, unpublished, ids => PublishAsync(ids, now, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task<List<PublishedEvent>> PublishAsync(
        IReadOnlyList<Guid> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var published = await PlaceAsync(events, now, cancellationToken);
        foreach (var taker in takers)
        {
            await taker.TakeAsync(published, now, cancellationToken);
        }

        return published;
    }

    /// <summary>
    /// Locks the feeds that have waited longest among those with something to publish. Only these are looked at: PostgreSQL goes through
    /// the index of what is unpublished, which alone can use the bound, from one organization to the next. A feed that another copy
    /// publishes into is passed over.
    /// </summary>
    private Task<List<Guid>> LockFeedsInTurnAsync(CancellationToken cancellationToken) =>
        db.Database
            .SqlQuery<Guid>(
                $"""
                 WITH RECURSIVE unpublished AS (
                   (SELECT organization_id FROM events
                    WHERE sequence IS NULL AND NOT is_private AND id <> ALL ({parked.Ids}) AND organization_id > {Guid.Empty}
                    ORDER BY organization_id LIMIT 1)
                   UNION ALL
                   SELECT next.organization_id FROM unpublished CROSS JOIN LATERAL (
                     SELECT organization_id FROM events
                     WHERE sequence IS NULL AND NOT is_private AND id <> ALL ({parked.Ids})
                       AND organization_id > unpublished.organization_id
                     ORDER BY organization_id LIMIT 1) AS next)
                 SELECT organization_id FROM event_feeds
                 WHERE organization_id = ANY (ARRAY (
                   SELECT feed.organization_id FROM unpublished CROSS JOIN LATERAL (
                     SELECT * FROM event_feeds WHERE organization_id = unpublished.organization_id LIMIT 1) AS feed
                   ORDER BY published_at NULLS FIRST
                   LIMIT {2 * Turns}))
                 ORDER BY published_at NULLS FIRST
                 LIMIT {Turns}
                 FOR NO KEY UPDATE SKIP LOCKED
                 """)
            .ToListAsync(cancellationToken);

    /// <remarks>
    /// Rows are updated by their places in the table, for the reason that <c>DeliveryQueue.ClaimAsync</c> gives. Nobody else changes an
    /// event, nor a feed that is locked.
    /// </remarks>
    private Task<List<PublishedEvent>> PlaceAsync(IReadOnlyList<Guid> events, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Database
            .SqlQuery<PublishedEvent>(
                $"""
                 WITH next AS MATERIALIZED (
                   SELECT place, organization_id, row_number() OVER (PARTITION BY organization_id ORDER BY turn) AS turn
                   FROM unnest({events}) WITH ORDINALITY AS unpublished (id, turn)
                   CROSS JOIN LATERAL (
                     SELECT ctid AS place, organization_id FROM events
                     WHERE events.id BETWEEN unpublished.id AND unpublished.id ORDER BY events.id LIMIT 1) AS found
                 ), ends AS (
                   SELECT place, events FROM (SELECT organization_id, count(*) AS events FROM next GROUP BY organization_id) AS feed
                   CROSS JOIN LATERAL (
                     SELECT ctid AS place FROM event_feeds WHERE event_feeds.organization_id = feed.organization_id LIMIT 1) AS found
                 ), feed AS (
                   UPDATE event_feeds SET last_sequence = last_sequence + ends.events, published_at = {now}
                   FROM ends WHERE event_feeds.ctid = ends.place
                   RETURNING organization_id, last_sequence - ends.events AS last_sequence
                 )
                 UPDATE events SET sequence = feed.last_sequence + next.turn
                 FROM feed JOIN next ON next.organization_id = feed.organization_id
                 WHERE events.ctid = next.place AND events.ctid = ANY (ARRAY (SELECT place FROM next))
                 RETURNING events.id, events.organization_id, events.type
                 """)
            .ToListAsync(cancellationToken);
}
