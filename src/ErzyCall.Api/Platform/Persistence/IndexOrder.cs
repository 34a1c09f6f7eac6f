using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Has PostgreSQL read the rows of a list in the order of an index, for queries that ask for it by a tag. While it believes that there are
/// few rows it may as well read all of them and sort them, and what it believes is as old as its statistics.
/// </summary>
internal sealed class IndexOrder : DbCommandInterceptor
{
    /// <summary>
    /// The tag of a query that is to be read so. It only reads: where no transaction is open it is given a read-only one.
    /// </summary>
    public const string Tag = "in the order of an index";

    /// <summary>The setting. It goes along with the query, so it takes no round trip, and holds for the query's transaction.</summary>
    public const string Setting = "SET LOCAL enable_sort = off;\n";

    /// <summary>The end of a query that is its own transaction.</summary>
    public const string End = ";\nCOMMIT";

    private const string Begin = "BEGIN READ ONLY;\n";

    private const string Head = $"-- {Tag}";

    /// <summary>The head of a query that is to be prepared as well.</summary>
    private static readonly string s_preparedHead = $"{PreparedStatements.Mark}{Environment.NewLine}{Head}";

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        var isPrepared = command.CommandText.StartsWith(s_preparedHead, StringComparison.Ordinal);
        if (isPrepared || command.CommandText.StartsWith(Head, StringComparison.Ordinal))
        {
            var (begin, end) = command.Transaction is null ? (Begin, End) : ("", "");
#pragma warning disable CA2100 // What is added are constants.
            command.CommandText = $"{(isPrepared ? $"{PreparedStatements.Mark}\n" : "")}{begin}{Setting}{command.CommandText}{end}";
#pragma warning restore CA2100
        }

        return ValueTask.FromResult(result);
    }
}
