using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>What the migrations from before the baseline have made of a database.</summary>
/// <param name="LastMigration">The last of them.</param>
/// <param name="LeftBehind">Statements that undo what a new database has nothing of.</param>
internal sealed record BeforeBaseline(string LastMigration, IReadOnlyList<string> LeftBehind);

/// <summary>
/// The first migration, the baseline, makes a whole schema. A database that has come to the same schema by the migrations from before the
/// baseline takes it as applied.
/// </summary>
internal static class BaselineAdoption
{
    /// <summary>Does nothing to a database that is empty or has the baseline. Nobody else may be changing the schema.</summary>
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
                + $"'migrate' of the last version that has the migration {before.LastMigration} first (that of 29 November 2026), and then that of this one.");
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
