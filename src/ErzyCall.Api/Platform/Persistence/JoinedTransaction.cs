using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ErzyCall.Api.Platform.Persistence;

internal static class JoinedTransaction
{
    /// <summary>The most attempts at one transaction: each time that it is undone, another one has got on.</summary>
    private const int MaxAttempts = 5;

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction: the one that is open already (a request under an idempotency key has one, and commits
    /// or repeats it itself), else one of its own, which is repeated from its beginning when PostgreSQL has undone it in favour of another.
    /// </summary>
    /// <param name="work">The work, which reads what it decides on itself, so that it can be repeated.</param>
    public static async Task<T> InTransactionAsync<T>(this DatabaseFacade database, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        if (database.CurrentTransaction is not null)
        {
            return await work();
        }

        return await database.RepeatAsync(async () =>
        {
            await using var transaction = await database.BeginTransactionAsync(cancellationToken);
            var result = await work();
            await transaction.CommitAsync(cancellationToken);
            return result;
        });
    }

    /// <summary>
    /// Runs <paramref name="work"/>, which writes in one round trip: that is a transaction by itself, or a part of the one that is open.
    /// </summary>
    /// <inheritdoc cref="InTransactionAsync"/>
    public static Task<T> WritingOnceAsync<T>(this DatabaseFacade database, Func<Task<T>> work) =>
        database.CurrentTransaction is null ? database.RepeatAsync(work) : work();

    /// <summary>
    /// Repeats <paramref name="transact"/>, a transaction from its beginning to its end, as often as PostgreSQL undoes it in favour of
    /// another. Then runs what <see cref="ErzyCallDbContext.AfterCommit"/> was given. When it is undone for good, the context forgets what
    /// was read and changed in it, so that nobody saves it later.
    /// </summary>
    public static async Task<T> RepeatAsync<T>(this DatabaseFacade database, Func<Task<T>> transact)
    {
        var db = (ErzyCallDbContext)database.GetService<ICurrentDbContext>().Context;
        T result;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                result = await transact();
                break;
            }
            catch (Exception undone)
            {
                db.Discard();
                if (attempt == MaxAttempts || !DatabaseFailure.IsWorthRepeating(undone))
                {
                    throw;
                }

                db.WriteLimit.BeginAgain();
            }
        }

        await db.FollowUpAsync();
        return result;
    }
}
