using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

internal static class SchemaUpgrade
{
    /// <summary>
    /// Brings the schema up to date; which migrations were missing. However long it takes: a new index on a large table takes minutes, and a server that still
    /// runs may hold up a lock.
    /// </summary>
    /// <exception cref="OperatorException">There is no such database, or it does not allow what has to be done.</exception>
    public static async Task<IReadOnlyList<string>> UpgradeAsync(this DatabaseFacade database, CancellationToken cancellationToken)
    {
        const int unlimited = 0;
        database.SetCommandTimeout(unlimited);
        try
        {
            // Entity Framework makes a database that is not there: a mistyped name must not become an empty one.
            await database.OpenConnectionAsync(cancellationToken);
            await database.CloseConnectionAsync();
            var missing = (await database.GetPendingMigrationsAsync(cancellationToken)).ToList();
            await database.MigrateAsync(cancellationToken);
            await SessionDefaults.ApplyAsync(database, cancellationToken);

            // Sessions that were there before have the settings of before.
            NpgsqlConnection.ClearPool((NpgsqlConnection)database.GetDbConnection());
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

    /// <summary>Makes the database that the connection string names, if it is not there.</summary>
    public static async Task CreateDatabaseAsync(this DatabaseFacade database, CancellationToken cancellationToken)
    {
        var creator = database.GetService<IRelationalDatabaseCreator>();
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
}
