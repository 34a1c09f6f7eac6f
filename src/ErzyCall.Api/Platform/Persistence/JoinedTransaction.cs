using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ErzyCall.Api.Platform.Persistence;

internal static class JoinedTransaction
{
    /// <summary>
    /// Runs <paramref name="work"/> in a transaction: the one that is open already (a request under an idempotency key has one, and commits it
    /// itself), else one of its own.
    /// </summary>
    public static async Task<T> InTransactionAsync<T>(this DatabaseFacade database, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        if (database.CurrentTransaction is not null)
        {
            return await work();
        }

        await using var transaction = await database.BeginTransactionAsync(cancellationToken);
        var result = await work();
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
