using ErzyCall.Api.Platform.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Features.Calls.Dispatch;

internal static class LeasedCall
{
    /// <summary>
    /// Takes one call for this worker in a short transaction of its own, so that the carrier can be talked to with none open. When the worker dies the
    /// lease runs out and another one takes the call.
    /// </summary>
    /// <param name="selection">Selects one row of <c>calls</c> for update, skipping locked ones.</param>
    public static async Task<Call?> LeaseCallAsync(
        this ErzyCallDbContext db, FormattableString selection, TimeSpan lease, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var call = await db.Calls.FromSql(selection).SingleOrDefaultAsync(cancellationToken);
        if (call is not null)
        {
            call.Lease(lease, now);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);

            // What is decided after the talk with the carrier is decided on the row as it is then.
            db.ChangeTracker.Clear();
        }

        return call;
    }
}
