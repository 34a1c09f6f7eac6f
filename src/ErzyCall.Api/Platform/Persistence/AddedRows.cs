using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Inserts what was added to a context, in one round trip with statements that come before it, and prepared. For the few requests that are
/// sent most: <c>SaveChanges</c> sends rows alone, and plans them anew each time.
/// </summary>
internal static class AddedRows
{
    private static readonly ConcurrentDictionary<IEntityType, IReadOnlyList<IProperty>> s_columns = [];

    /// <summary>
    /// Sends the statements, and then the added rows in the order in which they were added. All of it is one transaction, or a part of the
    /// one that is open.
    /// </summary>
    /// <exception cref="InvalidOperationException">Something else than added rows is waiting to be saved.</exception>
    public static async Task InsertAsync(
        this ErzyCallDbContext db, IReadOnlyList<FormattableString> before, CancellationToken cancellationToken)
    {
        var changed = db.ChangeTracker.Entries().Where(entry => entry.State is not EntityState.Unchanged).ToList();
        if (changed.Find(entry => entry.State is not EntityState.Added) is { } other)
        {
            throw new InvalidOperationException($"A row of {other.Metadata.ShortName()} is {other.State}: SaveChanges can save it.");
        }

        var sql = new StringBuilder(PreparedStatements.Mark).Append('\n');
        var parameters = new List<object?>();
        foreach (var statement in before)
        {
            Append(sql, parameters, statement);
        }

        using var command = new NpgsqlCommand();
        foreach (var row in changed)
        {
            Append(sql, parameters, row, command);
        }

        await db.Database.ExecuteSqlRawAsync(sql.ToString(), parameters!, cancellationToken);
        db.ChangeTracker.AcceptAllChanges();
    }

    private static void Append(StringBuilder sql, List<object?> parameters, FormattableString statement)
    {
        var places = Enumerable.Range(parameters.Count, statement.ArgumentCount).Select(Place).ToArray<object>();
        sql.AppendFormat(CultureInfo.InvariantCulture, statement.Format, places).Append(";\n");
        parameters.AddRange(statement.GetArguments());
    }

    private static void Append(StringBuilder sql, List<object?> parameters, EntityEntry row, NpgsqlCommand command)
    {
        var table = StoreObjectIdentifier.Create(row.Metadata, StoreObjectType.Table)!.Value;
        var columns = s_columns.GetOrAdd(row.Metadata, ColumnsOf);
        var places = new List<string>(columns.Count);
        foreach (var property in columns)
        {
            places.Add(Place(parameters.Count));
            parameters.Add(property.GetRelationalTypeMapping().CreateParameter(
                command, $"p{parameters.Count}", row.Property(property).CurrentValue, property.IsNullable));
        }

        sql.Append(CultureInfo.InvariantCulture, $"INSERT INTO {table.Name} (")
            .AppendJoin(", ", columns.Select(property => $"\"{property.GetColumnName(table)}\""))
            .Append(") VALUES (").AppendJoin(", ", places).Append(");\n");
    }

    // The database makes the others.
    private static List<IProperty> ColumnsOf(IEntityType type) =>
    [
        .. type.GetProperties().Where(property =>
            property.GetComputedColumnSql() is null && property.GetValueGenerationStrategy() is NpgsqlValueGenerationStrategy.None),
    ];

    private static string Place(int parameter) => string.Create(CultureInfo.InvariantCulture, $"{{{parameter}}}");
}
