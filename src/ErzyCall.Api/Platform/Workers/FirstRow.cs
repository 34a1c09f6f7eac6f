namespace ErzyCall.Api.Platform.Workers;

internal static class FirstRow
{
    /// <summary>
    /// The id of the next row, or <c>null</c>. Only the id is read, so that a row which cannot be read is met only where it can be parked.
    /// </summary>
    /// <param name="selection">Selects the id of at most one row, and locks the row until the open transaction ends.</param>
    public static async Task<Guid?> FirstAsync(
        this ErzyCallDbContext db, FormattableString selection, CancellationToken cancellationToken) =>
        await db.Database.SqlQuery<Guid>(selection).ToListAsync(cancellationToken) is [var id] ? id : null;
}
