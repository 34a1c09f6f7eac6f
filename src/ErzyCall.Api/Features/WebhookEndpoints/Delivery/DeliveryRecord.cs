using ErzyCall.Api.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>What became of an attempt.</summary>
internal sealed record AttemptResult(ClaimedDelivery Claimed, WebhookAnswer Answer);

internal static class DeliveryRecord
{
    /// <summary>Records the results of attempts, of many at once, in the caller's transaction: on the attempts, on their deliveries, on their endpoints.</summary>
    public static async Task RecordAsync(this ErzyCallDbContext db, IReadOnlyList<AttemptResult> results, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Endpoints are locked before deliveries wherever both are.
        var endpointIds = results.Select(result => result.Claimed.EndpointId).Distinct().ToList();
        var endpoints = await db.WebhookEndpoints
            .FromSql($"SELECT * FROM webhook_endpoints WHERE id = ANY ({endpointIds}) ORDER BY id FOR NO KEY UPDATE")
            .ToDictionaryAsync(endpoint => endpoint.Id.Value, cancellationToken);

        await RecordAttemptsAsync(db, results, now, cancellationToken);

        foreach (var result in results)
        {
            // One that has been deleted meanwhile took its deliveries with it; and what its old address answers says nothing of a new one.
            if (endpoints.GetValueOrDefault(result.Claimed.EndpointId) is { } endpoint && endpoint.Url == result.Claimed.Url && endpoint.Hear(result.Answer, now))
            {
                await db.WebhookDeliveries.Where(delivery => delivery.EndpointId == endpoint.Id).GiveUpAsync(cancellationToken);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>
    /// On a delivery, a success counts whenever it is heard. A failure counts if nobody has begun another attempt meanwhile; and when the delivery was asked for
    /// anew during the attempt, it does not end that. Of two attempts at one delivery that are heard together, only one is taken: the success, else the later one.
    /// </summary>
    private static Task<int> RecordAttemptsAsync(ErzyCallDbContext db, IReadOnlyList<AttemptResult> results, DateTimeOffset now, CancellationToken cancellationToken)
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
            .Select(result => result.Answer.IsSuccess ? null : now + RetrySchedule.DelayAfter(result.Claimed.Failures + 1, result.Answer.RetryAfter, Random.Shared))
            .ToList();
        return db.Database.ExecuteSqlAsync(
            $"""
             WITH told AS (
               UPDATE webhook_attempts SET status_code = answer.status_code, error = answer.error, duration_ms = answer.duration_ms, response_body = answer.body
               FROM unnest({ids}, {numbers}, {statusCodes}, {errors}, {durations}, {bodies}) AS answer (delivery_id, number, status_code, error, duration_ms, body)
               WHERE webhook_attempts.delivery_id = answer.delivery_id AND webhook_attempts.number = answer.number
             )
             UPDATE webhook_deliveries
             SET leased_until = NULL,
               status = CASE WHEN delivered THEN 'delivered' WHEN webhook_deliveries.next_attempt_at <> result.due_at OR next IS NOT NULL THEN 'pending' ELSE 'failed' END,
               next_attempt_at = CASE WHEN delivered THEN NULL WHEN webhook_deliveries.next_attempt_at <> result.due_at THEN next_attempt_at ELSE next END,
               failures = CASE WHEN delivered OR webhook_deliveries.next_attempt_at <> result.due_at THEN webhook_deliveries.failures ELSE result.failures + 1 END
             FROM (
               SELECT DISTINCT ON (id) * FROM unnest({ids}, {numbers}, {failures}, {due}, {delivered}, {next}) AS answer (id, number, failures, due_at, delivered, next)
               ORDER BY id, delivered DESC, number DESC) AS result
             WHERE webhook_deliveries.id = result.id AND (delivered OR (status = 'pending' AND attempts = number))
             """,
            cancellationToken);
    }
}
