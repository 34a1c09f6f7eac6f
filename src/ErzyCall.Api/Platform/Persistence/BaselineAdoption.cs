using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>The state of a database after the migrations from before the baseline.</summary>
/// <param name="LastMigration">The last of those migrations.</param>
/// <param name="LeftBehind">Statements that remove what those migrations have left and a new database does not have.</param>
internal sealed record BeforeBaseline(string LastMigration, IReadOnlyList<string> LeftBehind);

/// <summary>
/// Adopts the baseline. That first migration makes a whole schema; a database that has come to the same schema by the migrations from
/// before the baseline takes it as applied.
/// </summary>
internal static class BaselineAdoption
{
    /// <summary>Does nothing to a database that is empty or has the baseline. Nobody else may change the schema meanwhile.</summary>
    /// <exception cref="OperatorException">The database has not come as far as the baseline.</exception>
    public static async Task AdoptBaselineAsync(this DatabaseFacade database, BeforeBaseline before, CancellationToken cancellationToken)
    {
        var baseline = database.GetMigrations().First();
        var applied = (await database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        if (applied.Count == 0 || applied.Contains(baseline))
        {
            return;
        }

        if (!applied.Contains(before.LastMigration))
        {
            throw new OperatorException(
                $"The database is at the migration {applied[^1]}, from which this version cannot bring it up to date: run the command "
                + $"'migrate' of the last version that has the migration {before.LastMigration} first (that of 29 November 2026), "
                + "and then that of this one.");
        }

        // One at a time, so that no lock is held while another is waited for.
        foreach (var statement in before.LeftBehind)
        {
            await database.ExecuteSqlRawAsync(statement, cancellationToken);
        }

        var history = database.GetService<IHistoryRepository>();
        await database.ExecuteSqlRawAsync(history.GetInsertScript(new HistoryRow(baseline, ProductInfo.GetVersion())), cancellationToken);
    }
}
