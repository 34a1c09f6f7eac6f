namespace ErzyCall.Api.Features.Calls.Dispatch;

internal static class LeasedCall
{
    /// <summary>
    /// Takes a call, which the open transaction has locked, for this worker and commits that, so that the carrier can be talked to with no
    /// transaction open. When the worker dies the lease runs out and another one takes the call.
    /// </summary>
    public static async Task<Call> LeaseCallAsync(
        this ErzyCallDbContext db, Guid id, TimeSpan lease, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var call = await db.Calls.FromSql($"SELECT * FROM calls WHERE id = {id}").SingleAsync(cancellationToken);
        call.Lease(lease, now);
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.CommitTransactionAsync(cancellationToken);

        // After the talk with the carrier, decisions are made on the row as it is then.
        db.ChangeTracker.Clear();
        return call;
    }
}
