using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Prepares the statements that ask for it by a tag, each once in its session. To plan a look-up by key costs PostgreSQL several times what
/// it costs to run it. A query that is planned well only for the values that it is given does not ask: PostgreSQL may go over to one plan
/// for all values, once that seems no dearer than those before, and a filter that leaves out nearly all rows would then read all. What
/// saves rows does not ask either: it is hardly planned at all, and has a form for each set of changed columns. Behind a connection pooler
/// nothing is prepared.
/// </summary>
internal sealed class PreparedStatements : DbCommandInterceptor
{
    /// <summary>The tag of a query that is to be prepared.</summary>
    public const string Tag = "prepared";

    /// <summary>The beginning of a statement that is to be prepared, as the tag makes it.</summary>
    public const string Mark = $"-- {Tag}";

    private volatile bool _isPooled;

    /// <summary>Looks at a new connection, before anything else is sent on it.</summary>
    public void Examine(NpgsqlConnection connection) => Note(OwnSession.IsOf(connection));

    /// <inheritdoc cref="Examine"/>
    public async Task ExamineAsync(NpgsqlConnection connection) => Note(await OwnSession.IsOfAsync(connection));

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        await PrepareAsync(command, cancellationToken);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await PrepareAsync(command, cancellationToken);
        return result;
    }

    // One pooled connection ends preparing for all: nobody can tell which one a statement will get.
    private void Note(bool isOwnSession)
    {
        if (!isOwnSession)
        {
            _isPooled = true;
        }
    }

    // The driver knows what the session has prepared already, and asks PostgreSQL for nothing then.
    private Task PrepareAsync(DbCommand command, CancellationToken cancellationToken) =>
        !_isPooled && command.CommandText.StartsWith(Mark, StringComparison.Ordinal)
            ? command.PrepareAsync(cancellationToken)
            : Task.CompletedTask;
}
