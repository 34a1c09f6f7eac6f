using ErzyCall.Api.Platform.Pagination;

namespace ErzyCall.Api.Platform.Tenancy;

/// <summary>A row that belongs to one organization and that no other may see.</summary>
internal interface IOwned
{
    Id<Owner> OrganizationId { get; }
}

/// <summary>An owned row with an id on the wire.</summary>
internal interface IResource<T> : IOwned, IListed<T>, IHasIdPrefix
    where T : IResource<T>;

internal static class OwnedQueries
{
    /// <summary>
    /// The caller's own rows. Every query of a request on an owned table goes through here, or names the organization in SQL of its
    /// own; <c>OwnedStatementsTests</c> looks at what requests send.
    /// </summary>
    public static IQueryable<T> OwnedBy<T>(this IQueryable<T> rows, Caller caller)
        where T : class, IOwned =>
        rows.Where(row => row.OrganizationId == caller.OrganizationId);

    /// <summary>
    /// The caller's own row, locked until the transaction ends, or <c>null</c> when there is none. Whoever changes or deletes it at the
    /// same time waits, so what is decided on it holds. Rows that refer to it may be written meanwhile: their transactions would otherwise
    /// wait for this one, and this one for theirs.
    /// </summary>
    public static Task<T?> LockOwnAsync<T>(this ErzyCallDbContext db, Id<T> id, Caller caller, CancellationToken cancellationToken)
        where T : class, IResource<T> =>
#pragma warning disable EF1002 // The table's name is the model's; the values are parameters.
        db.Set<T>()
            .FromSqlRaw(
                $$"""
                  SELECT * FROM {{db.Model.FindEntityType(typeof(T))!.GetTableName()}}
                  WHERE id = {0} AND organization_id = {1} FOR NO KEY UPDATE
                  """,
                id.Value,
                caller.OrganizationId.Value)
#pragma warning restore EF1002
            .SingleOrDefaultAsync(cancellationToken);

    /// <summary>The id of the caller's own row that a request refers to, or <c>null</c> when it refers to none.</summary>
    /// <exception cref="ApiException"><c>NOT_FOUND</c>.</exception>
    public static async Task<Id<T>?> ReferToOwnAsync<T>(
        this ErzyCallDbContext db, Id<T>? id, string resource, Caller caller, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        await db.RequireOwnAsync(id, resource, caller, cancellationToken);
        return id;
    }

    /// <exception cref="ApiException"><c>NOT_FOUND</c>: there is an id, and it is of no row of the caller's.</exception>
    public static async Task RequireOwnAsync<T>(
        this ErzyCallDbContext db, Id<T>? id, string resource, Caller caller, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        if (id is { } wanted && !await db.Set<T>().OwnedBy(caller).AnyAsync(row => row.Id == wanted, cancellationToken))
        {
            throw new ApiException(ApiError.NotFound(resource));
        }
    }

    /// <summary>
    /// Keeps other requests from deciding on all of the organization's <typeparamref name="T"/> together until the transaction ends: which
    /// one is the default, how many there are. Without it, two that do so at once would each decide on what they see without the other, and
    /// a unique index would refuse one of them. It is taken before any row is locked.
    /// </summary>
    public static Task LockSetAsync<T>(this ErzyCallDbContext db, Caller caller, CancellationToken cancellationToken)
        where T : class, IResource<T> =>
        db.Database.ExecuteSqlAsync(
            $"SELECT pg_advisory_xact_lock(hashtextextended({$"set {typeof(T).Name} {caller.OrganizationId}"}, 0))", cancellationToken);

    /// <summary>
    /// Keeps the number of the organization's <typeparamref name="T"/> within a bound, also among requests at once. It is called before one
    /// more is made, in its transaction, for what lists show whole or must not grow without end.
    /// </summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="what">The resources in words, in the plural.</param>
    /// <exception cref="ApiException"><c>INVALID_STATE</c>.</exception>
    public static async Task RequireRoomAsync<T>(
        this ErzyCallDbContext db, IQueryable<T> rows, int most, string what, Caller caller, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        await db.LockSetAsync<T>(caller, cancellationToken);
        if (await rows.OwnedBy(caller).CountAsync(cancellationToken) >= most)
        {
            throw new ApiException(ApiError.NoRoom(most, what));
        }
    }
}
