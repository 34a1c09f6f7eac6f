using ErzyCall.Api.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ErzyCall.Api.Migrations;

/// <summary>
/// The first migration, the baseline, makes a whole schema. A database that has come to the same schema by the migrations from before the
/// baseline takes it as applied.
/// </summary>
internal static class BaselineAdoption
{
    /// <summary>The last of the migrations that the baseline stands for.</summary>
    private const string LastBefore = "20261129075600_SearchFolds";

    /// <summary>Drops defaults that once filled new columns in rows that were there already. A new database has none of them.</summary>
    private static readonly string[] s_leftBehind =
    [
        "ALTER TABLE contact_group_members ALTER COLUMN contact_created_at DROP DEFAULT",
        "ALTER TABLE contact_groups ALTER COLUMN counted_contacts DROP DEFAULT",
        "ALTER TABLE contacts ALTER COLUMN number_turn DROP DEFAULT",
        "ALTER TABLE events ALTER COLUMN is_private DROP DEFAULT",
    ];

    /// <summary>Does nothing to a database that is empty or has the baseline. Nobody else may be changing the schema.</summary>
    /// <exception cref="OperatorException">The database has not come as far as the baseline.</exception>
    public static async Task AdoptBaselineAsync(this DatabaseFacade database, CancellationToken cancellationToken)
    {
        var baseline = database.GetMigrations().First();
        var applied = (await database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        if (applied.Count == 0 || applied.Contains(baseline))
        {
            return;
        }

        if (!applied.Contains(LastBefore))
        {
            throw new OperatorException(
                $"The database is at the migration {applied[^1]}, from which this version cannot bring it up to date: run the command "
                + $"'migrate' of the last version that has the migration {LastBefore} first (that of 29 November 2026), and then that of this one.");
        }

        // One at a time, so that no lock is held while another is waited for.
        foreach (var statement in s_leftBehind)
        {
            await database.ExecuteSqlRawAsync(statement, cancellationToken);
        }

        var history = database.GetService<IHistoryRepository>();
        await database.ExecuteSqlRawAsync(history.GetInsertScript(new HistoryRow(baseline, ProductInfo.GetVersion())), cancellationToken);
    }
}
