using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Asks by SQL of our own what one row answers, prepared. For the few requests that are sent most: <c>SqlQuery</c> makes an expression of
/// it, and finds out each time that it knows the expression, which takes longer than to ask.
/// </summary>
internal static class PreparedQuestion
{
    /// <param name="sql">The question, which has an answer of one row at least; those behind the first are not read.</param>
    /// <param name="read">Reads the row, by the places of its columns.</param>
    public static async Task<T> AskAsync<T>(
        this ErzyCallDbContext db, FormattableString sql, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var services = ((IInfrastructure<IServiceProvider>)db).Instance;
        var command = services.GetRequiredService<IRawSqlCommandBuilder>()
            .Build($"{PreparedStatements.Mark}\n{sql.Format}", sql.GetArguments()!, db.Model);
        await using var answer = await command.RelationalCommand.ExecuteReaderAsync(
            new RelationalCommandParameterObject(
                services.GetRequiredService<IRelationalConnection>(),
                command.ParameterValues,
                readerColumns: null,
                db,
                services.GetRequiredService<IRelationalCommandDiagnosticsLogger>(),
                CommandSource.FromSqlQuery),
            cancellationToken);
        await answer.ReadAsync(cancellationToken);
        return read(answer.DbDataReader);
    }
}
