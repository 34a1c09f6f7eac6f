namespace ErzyCall.Api.Platform.RateLimiting;

/// <summary>
/// Lets only a few batches of an organization run at once, on all copies of the server together. A batch runs inside of a transaction that
/// holds one of the organization's places: an advisory lock of PostgreSQL, which ends with the transaction whatever dies.
/// </summary>
internal static class BatchPlaces
{
    public const int MaxAtOnce = 4;

    /// <summary>Runs a batch in a place, in the transaction that is open already or in one of its own.</summary>
    /// <exception cref="ApiException"><c>RATE_LIMITED</c>.</exception>
    public static Task<T> RunAsync<T>(ErzyCallDbContext db, Caller caller, Func<Task<T>> batch, CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                await TakeAsync(db, caller, cancellationToken);
                return await batch();
            },
            cancellationToken);

    /// <inheritdoc cref="RunAsync"/>
    public static async Task TakeAsync(ErzyCallDbContext db, Caller caller, CancellationToken cancellationToken)
    {
        // Only the first free place is taken: what comes after it is not looked at.
        var places = await db.Database
            .SqlQuery<int>(
                $"""
                 SELECT place AS "Value" FROM generate_series(1, {MaxAtOnce}) AS place
                 WHERE pg_try_advisory_xact_lock(hashtextextended({$"batch {caller.OrganizationId}"}, place))
                 LIMIT 1
                 """)
            .ToListAsync(cancellationToken);
        if (places.Count == 0)
        {
            throw new ApiException(ApiError.TooManyBatches(MaxAtOnce));
        }
    }
}
