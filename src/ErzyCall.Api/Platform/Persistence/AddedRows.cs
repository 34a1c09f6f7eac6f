using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
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
    /// The text of each statement, by what it is made of and the number of parameters that come before its own: few requests send them
    /// again and again.
    /// </summary>
    private static readonly ConcurrentDictionary<(object Source, int First), string> s_texts = [];

    /// <summary>
    /// Sends the statements, and then the added rows in the order in which they were added. All of it is one transaction, or a part of the
    /// one that is open.
    /// </summary>
    /// <remarks>What was changed otherwise is not looked for: <c>SaveChanges</c> has saved it before.</remarks>
    /// <exception cref="InvalidOperationException">The context tracks a row that is known to be changed or deleted.</exception>
    public static async Task InsertAsync(
        this ErzyCallDbContext db, IReadOnlyList<FormattableString> before, CancellationToken cancellationToken)
    {
        var tracked = db.Tracked<object>();
        if (tracked.Find(row => row.State is EntityState.Modified or EntityState.Deleted) is { } other)
        {
            throw new InvalidOperationException($"A row of {other.Metadata.ShortName()} is {other.State}: SaveChanges can save it.");
        }

        var sql = new StringBuilder(PreparedStatements.Mark).Append('\n');
        var parameters = new List<object?>();
        foreach (var statement in before)
        {
            sql.Append(s_texts.GetOrAdd((statement.Format, parameters.Count), at => TextOf(statement, at.First)));
            parameters.AddRange(statement.GetArguments());
        }

        using var command = new NpgsqlCommand();
        foreach (var row in tracked.Where(row => row.State is EntityState.Added))
        {
            var columns = ColumnsOf(row.Metadata);
            sql.Append(s_texts.GetOrAdd((row.Metadata, parameters.Count), at => TextOf(row.Metadata, columns, at.First)));
            foreach (var property in columns)
            {
                parameters.Add(property.GetRelationalTypeMapping().CreateParameter(
                    command, $"p{parameters.Count}", row.Property(property).CurrentValue, property.IsNullable));
            }
        }

        await db.Database.ExecuteSqlRawAsync(sql.ToString(), parameters!, cancellationToken);
        db.ChangeTracker.AcceptAllChanges();
    }

    private static string TextOf(FormattableString statement, int first)
    {
        var places = Enumerable.Range(first, statement.ArgumentCount).Select(Place).ToArray<object>();
        return string.Format(CultureInfo.InvariantCulture, statement.Format, places) + ";\n";
    }

    private static string TextOf(IEntityType type, IReadOnlyList<IProperty> columns, int first)
    {
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        var names = string.Join(", ", columns.Select(property => NameOf(property, table)));
        return $"INSERT INTO {table.Name} ({names}) VALUES ({string.Join(", ", columns.Select((_, column) => Place(first + column)))});\n";
    }

    /// <summary>
    /// The columns that are written of an added row: the database makes the others, or they have a value only later
    /// (<see cref="PropertySaveBehavior.Ignore"/>).
    /// </summary>
    public static IReadOnlyList<IProperty> ColumnsOf(IEntityType type) => s_columns.GetOrAdd(
        type,
        static added =>
        [
            .. added.GetProperties().Where(property =>
                property.GetComputedColumnSql() is null
                && property.GetValueGenerationStrategy() is NpgsqlValueGenerationStrategy.None
                && property.GetBeforeSaveBehavior() is PropertySaveBehavior.Save),
        ]);

    /// <summary>The name of a column as it stands in a statement.</summary>
    public static string NameOf(IProperty column, StoreObjectIdentifier table) => $"\"{column.GetColumnName(table)}\"";

    /// <summary>The place of a parameter in SQL of our own, by its number.</summary>
    public static string Place(int parameter) => string.Create(CultureInfo.InvariantCulture, $"{{{parameter}}}");
}
