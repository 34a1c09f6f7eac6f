using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Hears of what a context has committed. It is lost when the process dies in between, so it may only be what somebody makes up for.
/// </summary>
internal interface IHearsCommits
{
    /// <param name="db">The context, which still tracks what it has committed.</param>
    void Committed(ErzyCallDbContext db);
}

/// <summary>Tells of each commit: of a transaction, and of a statement that is one by itself.</summary>
internal sealed class Commits(IEnumerable<IHearsCommits> listeners)
    : ISaveChangesInterceptor, IDbTransactionInterceptor, IDbCommandInterceptor
{
    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Tell(eventData.Context!);

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Tell(eventData.Context!);
        return Task.CompletedTask;
    }

    public ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        TellUnlessInTransaction(eventData.Context!);
        return ValueTask.FromResult(result);
    }

    public ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (eventData.CommandSource is CommandSource.ExecuteSqlRaw or CommandSource.ExecuteUpdate)
        {
            TellUnlessInTransaction(eventData.Context!);
        }

        return ValueTask.FromResult(result);
    }

    private void TellUnlessInTransaction(DbContext db)
    {
        if (db.Database.CurrentTransaction is null)
        {
            Tell(db);
        }
    }

    private void Tell(DbContext db)
    {
        foreach (var listener in listeners)
        {
            listener.Committed((ErzyCallDbContext)db);
        }
    }
}
