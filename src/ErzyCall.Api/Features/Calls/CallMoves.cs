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
                AddEventsOfMove(db, call, before, now);
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

    /// <summary>
    /// Moves calls together, as <c>MoveCallAsync</c> does each, in a transaction of their own. A call whose row somebody else is changing
    /// at this moment is passed over, so that it holds up no other.
    /// </summary>
    /// <remarks>
    /// Organizations have their turn in the order of their ids, in which their queues are written too: of two transactions that move
    /// several calls, neither waits for the other while the other waits for it.
    /// </remarks>
    /// <param name="move">Decides on a call. <c>false</c> when it has changed nothing, and leaves the call to be moved by itself.</param>
    /// <returns>The ids of the calls that were moved.</returns>
    public static Task<IReadOnlySet<Id<Call>>> MoveFreeCallsAsync(
        this ErzyCallDbContext db,
        IEnumerable<Id<Call>> ids,
        DateTimeOffset now,
        Func<Call, bool> move,
        CancellationToken cancellationToken)
    {
        var wanted = ids.Select(id => id.Value).ToArray();
        return db.Database.InTransactionAsync<IReadOnlySet<Id<Call>>>(
            async () =>
            {
                var calls = await db.Calls
                    .FromSql($"SELECT * FROM calls WHERE id = ANY ({wanted}) ORDER BY organization_id, id FOR UPDATE SKIP LOCKED")
                    .ToListAsync(cancellationToken);
                var moved = new HashSet<Id<Call>>();
                foreach (var ofOne in calls.GroupBy(call => call.OrganizationId))
                {
                    foreach (var call in ofOne)
                    {
                        var before = call.Status;
                        if (move(call))
                        {
                            AddEventsOfMove(db, call, before, now);
                            moved.Add(call.Id);
                        }
                    }

                    await db.SaveTogetherAsync(cancellationToken);
                }

                return moved;
            },
            cancellationToken);
    }

    private static void AddEventsOfMove(ErzyCallDbContext db, Call call, string before, DateTimeOffset now)
    {
        if (call.Status != before)
        {
            db.AddEventOf(call, now);
        }

        if (call.IsSupplemented)
        {
            db.AddReportOf(call, now);
        }
    }
}
