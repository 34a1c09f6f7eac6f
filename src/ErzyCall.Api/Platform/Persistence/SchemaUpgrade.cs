using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

/// <param name="Migrations">Those that were missing.</param>
/// <param name="Rows">The tables whose rows were brought over.</param>
internal sealed record SchemaUpgraded(IReadOnlyList<string> Migrations, IReadOnlyList<string> Rows);

/// <summary>Brings the schema up to date, and then the rows: first what SQL can do, then what only the code can.</summary>
internal sealed class SchemaUpgrade(ErzyCallDbContext db, IEnumerable<IBringsRowsOver> rows)
{
    /// <summary>
    /// However long it takes: a new index on a large table takes minutes, and a server that still runs may hold up a lock. What was interrupted goes on when it is
    /// run again.
    /// </summary>
    /// <param name="again">Whether rows are looked at also when they are of this version already: an older server may have written some since.</param>
    /// <exception cref="OperatorException">There is no such database, or it does not allow what has to be done.</exception>
    public async Task<SchemaUpgraded> RunAsync(bool again, CancellationToken cancellationToken)
    {
        const int unlimited = 0;
        db.Database.SetCommandTimeout(unlimited);
        var migrations = await MigrateAsync(cancellationToken);
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

    /// <summary>Makes the database that the connection string names, if it is not there.</summary>
    /// <exception cref="OperatorException">It may not be made.</exception>
    public async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var creator = db.GetService<IRelationalDatabaseCreator>();
        try
        {
            if (!await creator.ExistsAsync(cancellationToken))
            {
                await creator.CreateAsync(cancellationToken);
            }
        }
        catch (PostgresException made) when (made.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // By another one that was told the same at the same moment.
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new OperatorException($"The database cannot be made: {refused.MessageText}.", refused);
        }
    }

    private async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Entity Framework makes a database that is not there: a mistyped name must not become an empty one.
            await db.Database.OpenConnectionAsync(cancellationToken);
            await db.Database.CloseConnectionAsync();
            var missing = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
            await db.Database.MigrateAsync(cancellationToken);
            await SessionDefaults.ApplyAsync(db.Database, cancellationToken);

            // Sessions that were there before have the settings of before.
            NpgsqlConnection.ClearPool((NpgsqlConnection)db.Database.GetDbConnection());
            return missing;
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.UndefinedFile)
        {
            throw new OperatorException(
                $"The schema cannot be brought up to date: {refused.MessageText}. It takes a role that may create tables in this database, and the extension pg_trgm "
                + "(which an administrator can create beforehand: CREATE EXTENSION pg_trgm).",
                refused);
        }
    }
}
