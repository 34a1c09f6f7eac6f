namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>The result of an attempt: what was claimed, and what came of it.</summary>
internal sealed record AttemptResult(ClaimedDelivery Claimed, WebhookAnswer Answer);

/// <summary>
/// The database does not take one of the results that were to be recorded, however often it is tried: the cause says why.
/// </summary>
internal sealed class AnswersRefusedException(Exception cause)
    : Exception("The database does not take an answer to a webhook delivery", cause);

internal static class DeliveryRecord
{
    /// <summary>
    /// Records the results of attempts, of many at once, at the beginning of the caller's transaction: on the attempts, on their
    /// deliveries, on their endpoints.
    /// </summary>
    /// <param name="waitsForLocks">
    /// Whether endpoints that somebody else holds are waited for, for a moment (<see cref="DatabaseFailure.IsLockTimeout"/> then), or
    /// passed over.
    /// </param>
    /// <returns>The results that are recorded, and those of endpoints that were passed over.</returns>
    /// <exception cref="AnswersRefusedException">Nothing is recorded, nor will it be while the same result is among them.</exception>
    public static async Task<(IReadOnlyList<AttemptResult> Recorded, IReadOnlyList<AttemptResult> Postponed)> RecordAsync(
        this ErzyCallDbContext db,
        IReadOnlyList<AttemptResult> results,
        bool waitsForLocks,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (results.Count == 0)
        {
            return ([], []);
        }

        try
        {
            var endpoints = await LockAsync(
                db, [.. results.Select(result => result.Claimed.EndpointId).Distinct()], waitsForLocks, cancellationToken);
            var held = waitsForLocks ? [] : await HeldByOthersAsync(db, results, endpoints, cancellationToken);
            var postponed = results.Where(result => held.Contains(result.Claimed.EndpointId)).ToList();
            var recorded = postponed.Count == 0 ? results : [.. results.Where(result => !held.Contains(result.Claimed.EndpointId))];
            await RecordAsync(db, recorded, endpoints, now, cancellationToken);
            return (recorded, postponed);
        }
        catch (Exception failure) when (!DatabaseFailure.IsUnreachable(failure) && failure is not OperationCanceledException)
        {
            throw new AnswersRefusedException(failure);
        }
    }

    private static async Task RecordAsync(
        ErzyCallDbContext db,
        IReadOnlyList<AttemptResult> results,
        Dictionary<Guid, WebhookEndpoint> endpoints,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        // A statement changes a row only once: several attempts at one delivery that are heard together have a statement each.
        var rounds = results
            .GroupBy(result => result.Claimed.DeliveryId)
            .SelectMany(attempts => attempts.OrderBy(result => result.Claimed.Number).Index())
            .GroupBy(attempt => attempt.Index, attempt => attempt.Item);
        foreach (var round in rounds)
        {
            await RecordAttemptsAsync(db, [.. round], now, cancellationToken);
        }

        foreach (var result in results)
        {
            // An endpoint that has been deleted meanwhile took its deliveries with it; and what its old address answers says nothing of a
            // new one.
            if (endpoints.GetValueOrDefault(result.Claimed.EndpointId) is { } endpoint
                && endpoint.Url == result.Claimed.Url
                && endpoint.RecordAnswer(result.Answer, now))
            {
                await db.WebhookDeliveries.Where(delivery => delivery.EndpointId == endpoint.Id).GiveUpAsync(cancellationToken);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Locks endpoints: before deliveries, wherever both are locked.</summary>
    private static async Task<Dictionary<Guid, WebhookEndpoint>> LockAsync(
        ErzyCallDbContext db, List<Guid> ids, bool waitsForLocks, CancellationToken cancellationToken)
    {
        // The lock timeout leaves time for several steps of other copies, each of which has its turn. As for the page cost: its default is
        // for disks that turn, and by it PostgreSQL would read a whole table of some ten thousand rows to change a hundred, though these
        // are in memory, as they have just been written.
        await db.Database.ExecuteSqlAsync($"SET LOCAL lock_timeout = '250ms'; SET LOCAL random_page_cost = 1.1", cancellationToken);
        var locked = waitsForLocks
            ? db.WebhookEndpoints.FromSql($"SELECT * FROM webhook_endpoints WHERE id = ANY ({ids}) ORDER BY id FOR NO KEY UPDATE")
            : db.WebhookEndpoints.FromSql(
                $"SELECT * FROM webhook_endpoints WHERE id = ANY ({ids}) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED");
        return await locked.ToDictionaryAsync(endpoint => endpoint.Id.Value, cancellationToken);
    }

    private static async Task<HashSet<Guid>> HeldByOthersAsync(
        ErzyCallDbContext db,
        IReadOnlyList<AttemptResult> results,
        Dictionary<Guid, WebhookEndpoint> locked,
        CancellationToken cancellationToken)
    {
        // Endpoints that are gone hold nobody up.
        var others = results
            .Select(result => new Id<WebhookEndpoint>(result.Claimed.EndpointId))
            .Where(id => !locked.ContainsKey(id.Value))
            .Distinct()
            .ToList();
        var held = await db.WebhookEndpoints
            .Where(endpoint => others.Contains(endpoint.Id))
            .Select(endpoint => endpoint.Id)
            .ToListAsync(cancellationToken);
        return [.. held.Select(id => id.Value)];
    }

    /// <summary>
    /// Records the results on their deliveries. A success counts whenever it is heard. A failure counts if nobody has begun another attempt
    /// meanwhile; when the delivery was asked for anew during the attempt, the failure does not end what was asked for. A result that does
    /// not count any more is still shown with its attempt.
    /// </summary>
    /// <remarks>Rows are changed at their places, for the reason that <see cref="DeliveryQueue.ClaimAsync"/> gives.</remarks>
    private static Task<int> RecordAttemptsAsync(
        ErzyCallDbContext db, IReadOnlyCollection<AttemptResult> results, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ids = results.Select(result => result.Claimed.DeliveryId).ToList();
        var numbers = results.Select(result => result.Claimed.Number).ToList();
        var statusCodes = results.Select(result => result.Answer.StatusCode).ToList();
        var errors = results.Select(result => result.Answer.Error).ToList();
        var durations = results.Select(result => (int)result.Answer.Duration.TotalMilliseconds).ToList();
        var bodies = results.Select(result => result.Answer.Body).ToList();
        var failures = results.Select(result => result.Claimed.Failures).ToList();
        var due = results.Select(result => result.Claimed.DueAt).ToList();
        var delivered = results.Select(result => result.Answer.IsSuccess).ToList();
        var next = results
            .Select(result => result.Answer.IsSuccess
                ? null
                : now + RetrySchedule.DelayAfter(result.Claimed.Failures + 1, result.Answer.RetryAfter, Random.Shared))
            .ToList();
        return db.Database.ExecuteSqlAsync(
            $"""
             WITH result AS MATERIALIZED (
               SELECT place, number, failures, due_at, delivered, next,
                 delivered OR (status = 'pending' AND attempts = number) AS counts,
                 jsonb_build_object('statusCode', status_code, 'error', error, 'durationMs', duration_ms, 'responseBody', body) AS answer
               FROM unnest({ids}, {numbers}, {failures}, {due}, {delivered}, {next}, {statusCodes}, {errors}, {durations}, {bodies})
                 AS heard (id, number, failures, due_at, delivered, next, status_code, error, duration_ms, body)
               CROSS JOIN LATERAL (
                 SELECT ctid AS place, status, jsonb_array_length(attempts) AS attempts FROM webhook_deliveries
                 WHERE id BETWEEN heard.id AND heard.id ORDER BY id LIMIT 1) AS found
             )
             UPDATE webhook_deliveries AS delivery
             SET attempts = jsonb_set(attempts, ARRAY[(number - 1)::text], attempts -> (number - 1) || answer),
               leased_until = CASE WHEN counts THEN NULL ELSE leased_until END,
               status = CASE
                 WHEN NOT counts THEN status
                 WHEN delivered THEN 'delivered'
                 WHEN next_attempt_at <> due_at OR next IS NOT NULL THEN 'pending'
                 ELSE 'failed' END,
               next_attempt_at = CASE
                 WHEN counts AND delivered THEN NULL
                 WHEN NOT counts OR next_attempt_at <> due_at THEN next_attempt_at
                 ELSE next END,
               failures = CASE WHEN NOT counts OR delivered OR next_attempt_at <> due_at THEN delivery.failures ELSE result.failures + 1 END
             FROM result
             WHERE delivery.ctid = place
             """,
            cancellationToken);
    }
}
