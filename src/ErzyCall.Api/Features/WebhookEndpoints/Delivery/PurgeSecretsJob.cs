using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>Erases secrets that have been replaced and whose time is over. Late is harmless: they do not sign any more.</summary>
internal sealed class PurgeSecretsJob(ErzyCallDbContext db, ParkedRows<PurgeSecretsJob> parked, TimeProvider clock) : IJob
{
    public static TimeSpan PollInterval { get; } = TimeSpan.FromMinutes(1);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var replaced = await db.Database
            .SqlQuery<Guid>(
                $"""
                 SELECT id FROM webhook_endpoints WHERE previous_secret_until <= {now} AND id <> ALL ({parked.Ids})
                 FOR NO KEY UPDATE SKIP LOCKED
                 """)
            .ToListAsync(cancellationToken);
        await parked.EachAsync(db, replaced, async ids =>
        {
            await db.Database.ExecuteSqlAsync(
                $"UPDATE webhook_endpoints SET previous_secret = NULL, previous_secret_until = NULL WHERE id = ANY ({ids})",
                cancellationToken);
            return ids.ToList();
        });
        await transaction.CommitAsync(cancellationToken);
        return false;
    }
}
