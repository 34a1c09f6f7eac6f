using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ErzyCall.Api.Features.Events;

/// <summary>
/// Counts events when they are committed. Those of a transaction that was undone have been forgotten with whatever else it tracked.
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
