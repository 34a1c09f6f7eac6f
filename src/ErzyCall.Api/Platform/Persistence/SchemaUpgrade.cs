using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace ErzyCall.Api.Platform.Persistence;

internal static class SchemaUpgrade
{
    /// <summary>
    /// Brings the schema up to date; which migrations were missing. However long it takes: a new index on a large table takes minutes, and a server that still
    /// runs may hold up a lock.
    /// </summary>
    public static async Task<IReadOnlyList<string>> UpgradeAsync(this DatabaseFacade database, CancellationToken cancellationToken)
    {
        const int unlimited = 0;
        database.SetCommandTimeout(unlimited);
        var missing = (await database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        await database.MigrateAsync(cancellationToken);
        return missing;
    }
}
