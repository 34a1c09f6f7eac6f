using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

/// <param name="Migrations">The migrations that were missing.</param>
/// <param name="Rows">The tables whose rows were brought over.</param>
internal sealed record SchemaUpgraded(IReadOnlyList<string> Migrations, IReadOnlyList<string> Rows);

/// <summary>Brings a database up to date: first its schema, by what SQL can do, and then its rows, by what only the code can.</summary>
internal sealed class SchemaUpgrade(
    ErzyCallDbContext db, NpgsqlDataSource source, BeforeBaseline before, IEnumerable<IBringsRowsOver> rows)
{
    /// <summary>
    /// Takes the lock that lets one upgrade run at a time; Entity Framework's own is on a table that a new database does not have. It
    /// lasts as long as a transaction that does nothing else, since behind a pooler a session may be somebody else's from one transaction
    /// to the next. Whoever does not get it gives the session back, of which a pooler may have few. The lock is asked for first: the last
    /// statement of a transaction that goes on must have no snapshot, for which an index that is built concurrently would wait.
    /// </summary>
    private const string TryLock =
        "SELECT pg_try_advisory_xact_lock(hashtextextended('schema upgrade', 0)); SET LOCAL idle_in_transaction_session_timeout = 0";

    private static readonly TimeSpan s_tryAgainAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Brings the database up to date, however long it takes: a new index on a large table takes minutes, and a server that still runs may
    /// hold up a lock. What was interrupted goes on when it is run again.
    /// </summary>
    /// <param name="again">Whether rows are looked at also when they are of this version already: an older server may have written some
    /// since then.</param>
    /// <exception cref="OperatorException">The database does not allow what has to be done, or is older than the baseline.</exception>
    public async Task<SchemaUpgraded> RunAsync(bool again, CancellationToken cancellationToken)
    {
        const int unlimited = 0;
        db.Database.SetCommandTimeout(unlimited);
        try
        {
            // Entity Framework would make a database that is not there. A mistyped name must not become an empty database: here it is an
            // error.
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var transaction = await LockAsync(connection, cancellationToken);
            await db.Database.AdoptBaselineAsync(before, cancellationToken);
            var migrations = (await db.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
            await db.Database.MigrateAsync(cancellationToken);
            await SessionDefaults.ApplyAsync(db.Database, cancellationToken);

            // Sessions that are open already have the old settings.
            source.Clear();
            return new SchemaUpgraded(migrations, await BringRowsOverAsync(again, cancellationToken));
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.UndefinedFile)
        {
            throw new OperatorException(
                $"The schema cannot be brought up to date: {refused.MessageText}. "
                + "It takes a role that may create tables in this database, and the extension pg_trgm, "
                + "which an administrator can create beforehand (CREATE EXTENSION pg_trgm).",
                refused);
        }
    }

    private async Task<IReadOnlyList<string>> BringRowsOverAsync(bool again, CancellationToken cancellationToken)
    {
        var missing = await MissingAsync(cancellationToken);
        foreach (var table in again ? rows : missing)
        {
            await table.RunAsync(cancellationToken);
            await db.Database.ExecuteSqlAsync(
                $"""
                 INSERT INTO row_versions (rows, version) VALUES ({table.Rows}, {table.Version})
                 ON CONFLICT (rows) DO UPDATE SET version = excluded.version
                 """,
                cancellationToken);
        }

        return [.. missing.Select(table => table.Rows)];
    }

    /// <summary>The tables whose rows are of another version than the code's.</summary>
    public async Task<IReadOnlyList<IBringsRowsOver>> MissingAsync(CancellationToken cancellationToken)
    {
        var versions = await db.Set<RowVersion>().ToDictionaryAsync(row => row.Rows, row => row.Version, cancellationToken);
        return [.. rows.Where(table => versions.GetValueOrDefault(table.Rows) != table.Version)];
    }

    private static async Task<NpgsqlTransaction> LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var attempt = new NpgsqlCommand(TryLock, connection, transaction);
            if (await attempt.ExecuteScalarAsync(cancellationToken) is true)
            {
                return transaction;
            }

            await transaction.DisposeAsync();
            await Task.Delay(s_tryAgainAfter, cancellationToken);
        }
    }

    /// <summary>Makes the database that the connection string names, if it is not there.</summary>
    /// <exception cref="OperatorException">The role may not make databases.</exception>
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
            // Another process that was told the same has made it at the same moment.
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new OperatorException($"The database cannot be made: {refused.MessageText}.", refused);
        }
    }
}
