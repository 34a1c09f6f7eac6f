using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ErzyCall.Api.Features.Events;

/// <summary>
/// Counts events when they are committed. Events of a transaction that was rolled back are no longer tracked, so they are not counted.
/// </summary>
internal sealed class CommittedEvents(IServiceProvider services) : DbTransactionInterceptor
{
    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Count(eventData.Context!);

    public override Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Count(eventData.Context!);
        return Task.CompletedTask;
    }

    private void Count(DbContext db)
    {
        foreach (var happened in db.ChangeTracker.Entries<OutboxEvent>())
        {
            happened.Entity.Count(services);
        }
    }
}
