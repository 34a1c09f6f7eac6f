using Microsoft.EntityFrameworkCore;

namespace ErzyCall.Api.Platform.Persistence;

/// <param name="Migrations">Those that were missing.</param>
/// <param name="Rows">The tables whose rows were brought over.</param>
internal sealed record SchemaUpgraded(IReadOnlyList<string> Migrations, IReadOnlyList<string> Rows);

/// <summary>Brings the schema up to date, and then the rows: first what SQL can do, then what only the code can.</summary>
internal sealed class SchemaUpgrade(ErzyCallDbContext db, IEnumerable<IBringsRowsOver> rows)
{
    /// <summary>
    /// However long it takes: a new index on a large table takes minutes, and a server that still runs may hold up a lock. What was
    /// interrupted goes on when it is run again.
    /// </summary>
    /// <param name="again">Whether rows are looked at also when they are of this version already: an older server may have written some
    /// since.</param>
    public async Task<SchemaUpgraded> RunAsync(bool again, CancellationToken cancellationToken)
    {
        const int unlimited = 0;
        db.Database.SetCommandTimeout(unlimited);
        var migrations = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        await db.Database.MigrateAsync(cancellationToken);
        var missing = await MissingAsync(cancellationToken);
        foreach (var table in again ? rows : missing)
        {
            await table.RunAsync(cancellationToken);
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO row_versions (rows, version) VALUES ({table.Rows}, {table.Version}) ON CONFLICT (rows) DO UPDATE SET version = excluded.version", cancellationToken);
        }

        return new SchemaUpgraded(migrations, [.. missing.Select(table => table.Rows)]);
    }

    /// <summary>The tables whose rows are of another version than the code's.</summary>
    public async Task<IReadOnlyList<IBringsRowsOver>> MissingAsync(CancellationToken cancellationToken)
    {
        var versions = await db.Set<RowVersion>().ToDictionaryAsync(row => row.Rows, row => row.Version, cancellationToken);
        return [.. rows.Where(table => versions.GetValueOrDefault(table.Rows) != table.Version)];
    }
}
