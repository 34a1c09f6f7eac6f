namespace ErzyCall.Api.Features.Calls;

internal static class CallMoves
{
    /// <summary>
    /// Locks a call's row, lets <paramref name="move"/> decide on it, and commits what came of it together with the event of the state that
    /// the call has moved to, if it has. Joins the transaction that is open already. The answer is <c>null</c> when there is no such call.
    /// </summary>
    public static Task<Call?> MoveCallAsync(
        this ErzyCallDbContext db, Id<Call> id, DateTimeOffset now, Func<Call, Task> move, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var call = await db.Calls
                    .FromSql($"SELECT * FROM calls WHERE id = {id.Value} FOR UPDATE")
                    .SingleOrDefaultAsync(cancellationToken);
                if (call is null)
                {
                    return null;
                }

                var before = call.Status;
                await move(call);
                if (call.Status != before)
                {
                    db.AddEventOf(call, now);
                }

                await db.SaveChangesAsync(cancellationToken);
                return call;
            },
            cancellationToken);

    /// <inheritdoc cref="MoveCallAsync(ErzyCallDbContext, Id{Call}, DateTimeOffset, Func{Call, Task}, CancellationToken)"/>
    public static Task<Call?> MoveCallAsync(
        this ErzyCallDbContext db, Id<Call> id, DateTimeOffset now, Action<Call> move, CancellationToken cancellationToken) =>
        db.MoveCallAsync(
            id,
            now,
            call =>
            {
                move(call);
                return Task.CompletedTask;
            },
            cancellationToken);
}
