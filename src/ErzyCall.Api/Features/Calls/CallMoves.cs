namespace ErzyCall.Api.Features.Calls;

internal static class CallMoves
{
    /// <summary>
    /// Locks the rows of calls, lets <paramref name="move"/> decide on each, and commits what came of it together with the events of the
    /// states that calls have moved to. Joins the transaction that is open already.
    /// </summary>
    /// <remarks>
    /// Organizations have their turn in the order of their ids, and so have the calls of each: of two transactions that move several calls,
    /// neither waits for the other while the other waits for it. The queues of the organizations are written in that order too.
    /// </remarks>
    /// <returns>The calls that there are among them.</returns>
    public static Task<List<Call>> MoveCallsAsync(
        this ErzyCallDbContext db,
        IReadOnlyCollection<Guid> ids,
        DateTimeOffset now,
        Func<Call, Task> move,
        CancellationToken cancellationToken = default) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var calls = await db.Calls
                    .FromSql($"SELECT * FROM calls WHERE id = ANY ({ids}) ORDER BY organization_id, id FOR UPDATE")
                    .TagWith(PreparedStatements.Tag)
                    .ToListAsync(cancellationToken);
                foreach (var ofOne in calls.GroupBy(call => call.OrganizationId))
                {
                    foreach (var call in ofOne)
                    {
                        var before = call.Status;
                        await move(call);
                        if (call.Status != before)
                        {
                            db.AddEventOf(call, now);
                        }
                    }

                    await db.SaveChangesAsync(cancellationToken);
                }

                return calls;
            },
            cancellationToken);

    /// <summary>Moves calls where the decision waits for nothing.</summary>
    public static Task<List<Call>> MoveCallsAsync(
        this ErzyCallDbContext db,
        IReadOnlyCollection<Guid> ids,
        DateTimeOffset now,
        Action<Call> move,
        CancellationToken cancellationToken = default) =>
        db.MoveCallsAsync(
            ids,
            now,
            call =>
            {
                move(call);
                return Task.CompletedTask;
            },
            cancellationToken);

    /// <summary>Moves one call. The answer is <c>null</c> when there is no such call.</summary>
    public static async Task<Call?> MoveCallAsync(
        this ErzyCallDbContext db, Id<Call> id, DateTimeOffset now, Action<Call> move, CancellationToken cancellationToken) =>
        (await db.MoveCallsAsync([id.Value], now, move, cancellationToken)).SingleOrDefault();
}
