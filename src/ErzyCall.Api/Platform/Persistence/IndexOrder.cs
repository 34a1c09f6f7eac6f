using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Has PostgreSQL read the rows of a list in the order of an index, for queries that ask for it by a tag. While it believes that there are
/// few rows it may as well read all of them and sort them, and what it believes is as old as its statistics.
/// </summary>
internal sealed class IndexOrder : DbCommandInterceptor
{
    /// <summary>The tag of a query that is to be read so. It is asked in a transaction, for which the setting holds.</summary>
    public const string Tag = "in the order of an index";

    /// <summary>The setting. It goes along with the query, so it takes no round trip.</summary>
    public const string Setting = "SET LOCAL enable_sort = off;\n";

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        if (command.Transaction is not null && command.CommandText.StartsWith($"-- {Tag}", StringComparison.Ordinal))
        {
#pragma warning disable CA2100 // The setting is a constant.
            command.CommandText = Setting + command.CommandText;
#pragma warning restore CA2100
        }

        return ValueTask.FromResult(result);
    }
}
