namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>An attempt that has been counted and is now to be made.</summary>
/// <param name="Url">The address that it goes to.</param>
/// <param name="Number">The number of the attempt, from 1 on.</param>
/// <param name="Failures">The number of failed attempts before it, as <see cref="WebhookDelivery.Failures"/> counts them.</param>
/// <param name="DueAt">
/// The time for which the delivery was due when it was claimed. When it is another one afterwards, somebody has asked for the delivery
/// anew.
/// </param>
/// <param name="Type">The event's name.</param>
/// <param name="HappenedAt">The event's time.</param>
internal sealed record ClaimedDelivery(
    Guid DeliveryId,
    Guid EndpointId,
    string Url,
    int Number,
    int Failures,
    DateTimeOffset DueAt,
    Guid EventId,
    string Type,
    DateTimeOffset HappenedAt,
    string Data,
    string? TraceParent);

/// <summary>
/// The deliveries that wait to be sent. Each endpoint has a queue of its own, and they take turns: however long one of them is, the others
/// do not wait for it.
/// </summary>
internal static class DeliveryQueue
{
    public const string Table = "webhook_deliveries";

    /// <summary>
    /// The lease of a claimed delivery: as long as the longest attempt, and then time to record it while the database is away.
    /// </summary>
    public static readonly TimeSpan Lease = WebhookSender.Limit + TimeSpan.FromSeconds(30);

    /// <summary>The most deliveries in flight at once to one endpoint, over all copies of the server.</summary>
    private const int MaxAtOnce = 100;

    /// <summary>
    /// The most deliveries in flight at once to an endpoint whose last attempt failed, and to any endpoint while the process is crowded: a
    /// dead endpoint takes up as little as possible.
    /// </summary>
    private const int FewAtOnce = 5;

    /// <summary>The most endpoints that have their turn in one step.</summary>
    private const int Turns = 10;

    /// <summary>Puts events into the queues of endpoints. What is there already stays as it is.</summary>
    /// <returns>The number of deliveries that were not there.</returns>
    public static Task<int> EnqueueAsync(
        this ErzyCallDbContext db,
        IReadOnlyCollection<(Guid EventId, Id<WebhookEndpoint> EndpointId)> pairs,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var ids = pairs.Select(_ => Guid.CreateVersion7(now)).ToList();
        var events = pairs.Select(pair => pair.EventId).ToList();
        var endpoints = pairs.Select(pair => pair.EndpointId.Value).ToList();
        db.Announce(Table);
        return db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO webhook_deliveries (
               id, organization_id, endpoint_id, event_id, event, resource_id, position,
               status, attempts, failures, next_attempt_at, created_at)
             SELECT pair.id, events.organization_id, pair.endpoint_id, events.id, events.type, events.resource_id, events.position,
               'pending', '[]', 0, {now}, {now}
             FROM unnest({ids}, {events}, {endpoints}) AS pair (id, event_id, endpoint_id)
             CROSS JOIN LATERAL (SELECT * FROM events WHERE events.id = pair.event_id LIMIT 1) AS events
             ORDER BY events.position
             ON CONFLICT (event_id, endpoint_id) DO NOTHING
             """,
            cancellationToken);
    }

    /// <summary>
    /// Locks, in the caller's transaction, endpoints that have something due and room for it; the longest unserved first. One that another
    /// copy of the server serves at this moment is passed over. Endpoints for which nothing is pending are not looked at: PostgreSQL goes
    /// through the index of what is pending from one endpoint to the next.
    /// </summary>
    /// <remarks>
    /// The <c>LIMIT 1</c> makes PostgreSQL look into each queue by its index; it would answer an <c>EXISTS</c> by reading all of them.
    /// </remarks>
    /// <param name="passedOver">Deliveries that do not count as due.</param>
    public static Task<List<WebhookEndpoint>> LockEndpointsInTurnAsync(
        this ErzyCallDbContext db, bool isCrowded, Guid[] passedOver, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.WebhookEndpoints
            .FromSql(
                $"""
                 WITH RECURSIVE pending AS (
                   (SELECT endpoint_id FROM webhook_deliveries WHERE status = 'pending' AND endpoint_id > {Guid.Empty}
                    ORDER BY endpoint_id LIMIT 1)
                   UNION ALL
                   SELECT next.endpoint_id FROM pending CROSS JOIN LATERAL (
                     SELECT endpoint_id FROM webhook_deliveries WHERE status = 'pending' AND endpoint_id > pending.endpoint_id
                     ORDER BY endpoint_id LIMIT 1) AS next)
                 SELECT * FROM webhook_endpoints
                 WHERE id = ANY (ARRAY (
                   SELECT endpoint.id FROM pending
                   CROSS JOIN LATERAL (SELECT * FROM webhook_endpoints WHERE id = pending.endpoint_id LIMIT 1) AS endpoint
                   CROSS JOIN LATERAL (
                     SELECT FROM due_deliveries({now}) AS delivery
                     WHERE delivery.endpoint_id = endpoint.id AND (endpoint.is_active OR delivery.event = {Ping.Event})
                       AND delivery.id <> ALL ({passedOver})
                     LIMIT 1) AS due
                   WHERE
                     (SELECT count(*) FROM webhook_deliveries
                      WHERE endpoint_id = endpoint.id AND status = 'pending' AND leased_until > {now})
                     < CASE WHEN failing_since IS NULL THEN {(isCrowded ? FewAtOnce : MaxAtOnce)} ELSE {FewAtOnce} END
                   ORDER BY claimed_at NULLS FIRST
                   LIMIT {2 * Turns}))
                 ORDER BY claimed_at NULLS FIRST
                 LIMIT {Turns}
                 FOR NO KEY UPDATE SKIP LOCKED
                 """)
            .AsNoTracking()
            .ToListAsync(cancellationToken);

    /// <summary>
    /// Takes what is due from the queues of these endpoints, which the caller's transaction has locked, as far as they have room; and
    /// counts the attempts that are to be made. An earlier attempt of which no
    /// answer was recorded (its process died or stood still) counts as a failure.
    /// </summary>
    /// <remarks>
    /// A delivery that was chosen stays as it is and where it is: whoever changes a delivery has locked its endpoint (and a deleted one is
    /// gone). So it is not looked for again, but changed at its place (<c>ctid</c>). This matters while PostgreSQL's statistics are of an
    /// empty table: it then takes the table for a single row, and every index and every order of a join for equally good, and may choose
    /// anew for every row there is. What must not depend on statistics is asked for so that one index answers it: by <c>LIMIT 1</c> within
    /// a <c>LATERAL</c>, and with the order that only the primary key has.
    /// </remarks>
    /// <param name="passedOver">Deliveries that do not count as due.</param>
    public static Task<List<ClaimedDelivery>> ClaimAsync(
        this ErzyCallDbContext db,
        IReadOnlyCollection<WebhookEndpoint> endpoints,
        int atMost,
        bool isCrowded,
        Guid[] passedOver,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var ids = endpoints.Select(endpoint => endpoint.Id.Value).ToList();
        return db.Database
            .SqlQuery<ClaimedDelivery>(
                $"""
                 WITH served AS (
                   UPDATE webhook_endpoints SET claimed_at = {now} WHERE id = ANY ({ids})
                   RETURNING id, url, is_active,
                     CASE WHEN failing_since IS NULL THEN {(isCrowded ? FewAtOnce : MaxAtOnce)} ELSE {FewAtOnce} END
                     - (SELECT count(*) FROM webhook_deliveries
                        WHERE endpoint_id = webhook_endpoints.id AND status = 'pending' AND leased_until > {now}) AS room
                 ), chosen AS (
                   SELECT (SELECT ctid FROM webhook_deliveries WHERE id BETWEEN due.id AND due.id ORDER BY id LIMIT 1) AS place
                   FROM served CROSS JOIN LATERAL (
                     SELECT id FROM due_deliveries({now}) AS delivery
                     WHERE delivery.endpoint_id = served.id AND (served.is_active OR delivery.event = {Ping.Event})
                       AND delivery.id <> ALL ({passedOver})
                     ORDER BY next_attempt_at, position
                     LIMIT greatest(served.room, 0)) AS due
                   LIMIT {atMost}
                 ), claimed AS (
                   UPDATE webhook_deliveries
                   SET attempts =
                       CASE
                         WHEN attempts #>> ARRAY['-1', 'durationMs'] IS NULL
                           THEN jsonb_set(attempts, ARRAY['-1', 'error'], '"No answer was recorded"')
                         ELSE attempts END
                       || jsonb_build_object('at', {now}),
                     failures = failures + (leased_until IS NOT NULL)::int, leased_until = {now + Lease}
                   WHERE ctid = ANY (ARRAY (SELECT place FROM chosen))
                   RETURNING id, endpoint_id, event_id, jsonb_array_length(attempts) AS number, failures, next_attempt_at
                 )
                 SELECT claimed.id AS delivery_id, endpoint_id, url, number, failures, next_attempt_at AS due_at,
                   event_id, type, created_at AS happened_at, data, trace_parent
                 FROM claimed JOIN served ON served.id = endpoint_id
                 CROSS JOIN LATERAL (SELECT type, created_at, data, trace_parent FROM events WHERE events.id = event_id LIMIT 1) AS event
                 """)
            .ToListAsync(cancellationToken);
    }

    /// <summary>The ids of the deliveries that are due, whatever room their endpoints have, in the order of claiming.</summary>
    public static Task<List<Guid>> DueAsync(
        this ErzyCallDbContext db,
        IReadOnlyCollection<WebhookEndpoint> endpoints,
        int atMost,
        Guid[] passedOver,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var ids = endpoints.Select(endpoint => endpoint.Id.Value).ToList();
        return db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT id FROM due_deliveries({now}) AS delivery
                 WHERE endpoint_id = ANY ({ids}) AND id <> ALL ({passedOver})
                 ORDER BY next_attempt_at, position
                 LIMIT {atMost}
                 """)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Begins these deliveries anew, at once, whatever became of them. One that is in flight goes on.</summary>
    public static Task<int> BeginAnewAsync(
        this IQueryable<WebhookDelivery> deliveries, DateTimeOffset now, CancellationToken cancellationToken) =>
        deliveries.ExecuteUpdateAsync(
            delivery => delivery
                .SetProperty(row => row.Status, DeliveryStatus.Pending)
                .SetProperty(row => row.Failures, 0)
                .SetProperty(row => row.NextAttemptAt, now),
            cancellationToken);

    /// <summary>
    /// Gives up these deliveries as far as they are pending: an endpoint that is switched off gets nothing more, also not what waited for
    /// it.
    /// </summary>
    public static Task<int> GiveUpAsync(this IQueryable<WebhookDelivery> deliveries, CancellationToken cancellationToken) =>
        deliveries.Where(delivery => delivery.Status == DeliveryStatus.Pending).ExecuteUpdateAsync(
            delivery => delivery
                .SetProperty(row => row.Status, DeliveryStatus.Failed)
                .SetProperty(row => row.NextAttemptAt, (DateTimeOffset?)null)
                .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null),
            cancellationToken);
}
