using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// Saves many rows that are added or changed alike with one statement for all of them. <c>SaveChanges</c> sends a statement for each row,
/// which PostgreSQL reads, plans and starts a hundred times where a hundred calls move on together.
/// </summary>
internal static class RowsTogether
{
    /// <summary>
    /// Saves what was added to the context and changed in it, within the open transaction. What the database makes itself (identities,
    /// computed columns) is not read back.
    /// </summary>
    /// <exception cref="DbUpdateConcurrencyException">A changed row is not there any more.</exception>
    /// <exception cref="NotSupportedException">A row was deleted, or has a column that is an array.</exception>
    public static async Task SaveTogetherAsync(this ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        db.ChangeTracker.DetectChanges();
        var alike = db.Tracked<object>()
            .Where(row => row.State is not EntityState.Unchanged)
            .GroupBy(row => (row.Metadata, row.State, Changed: string.Join(' ', ChangedIn(row).Select(column => column.Name))));
        foreach (var rows in alike)
        {
            await db.SaveAlikeAsync([.. rows], cancellationToken);
        }

        db.ChangeTracker.AcceptAllChanges();
    }

    private static async Task SaveAlikeAsync(this ErzyCallDbContext db, List<EntityEntry> rows, CancellationToken cancellationToken)
    {
        var type = rows[0].Metadata;
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        var columns = ColumnsOf(rows[0]).ToList();
        var names = columns.ConvertAll(column => AddedRows.NameOf(column, table));
        var sql = rows[0].State switch
        {
            EntityState.Added => Insert(table.Name, names),
            EntityState.Modified => Update(table.Name, names, type.FindPrimaryKey()!.Properties.Count),
            var other => throw new NotSupportedException($"A row of {type.ShortName()} is {other}."),
        };
        var saved = await db.Database.ExecuteSqlRawAsync(sql, columns.ConvertAll(column => ValuesOf(column, rows)), cancellationToken);
        if (saved != rows.Count)
        {
            throw new DbUpdateConcurrencyException($"{saved} of {rows.Count} rows of {type.ShortName()} were there.");
        }
    }

    private static string Insert(string table, List<string> columns) =>
        $"INSERT INTO {table} ({string.Join(", ", columns)}) SELECT * FROM unnest({Places(columns)})";

    /// <param name="keys">The number of the columns, the first ones, that are the primary key.</param>
    private static string Update(string table, List<string> columns, int keys)
    {
        var set = columns.Skip(keys).Select(column => $"{column} = changed.{column}");

        // The rows are named by an array of their keys as well, so that they are found by the index, however many PostgreSQL believes that
        // the arrays hold.
        var where = columns.Take(keys).Select(
            (column, at) => $"{table}.{column} = ANY ({AddedRows.Place(at)}) AND {table}.{column} = changed.{column}");
        return $"UPDATE {table} SET {string.Join(", ", set)} FROM unnest({Places(columns)}) AS changed ({string.Join(", ", columns)})"
            + $" WHERE {string.Join(" AND ", where)}";
    }

    private static string Places(List<string> columns) => string.Join(", ", columns.Select((_, at) => AddedRows.Place(at)));

    /// <summary>The columns that are written of a row: of a changed one, its key and what has changed.</summary>
    private static IEnumerable<IProperty> ColumnsOf(EntityEntry row) => row.State is EntityState.Modified
        ? row.Metadata.FindPrimaryKey()!.Properties.Concat(ChangedIn(row))
        : AddedRows.ColumnsOf(row.Metadata);

    private static IEnumerable<IProperty> ChangedIn(EntityEntry row) =>
        row.Properties.Where(property => property.IsModified).Select(property => property.Metadata);

    /// <summary>The values of a column in all rows, as one array.</summary>
    private static NpgsqlParameter ValuesOf(IProperty column, List<EntityEntry> rows)
    {
        var mapping = column.GetRelationalTypeMapping();
        var stored = mapping.Converter?.ProviderClrType ?? mapping.ClrType;
        if (mapping.ElementTypeMapping is not null)
        {
            throw new NotSupportedException($"{column.Name} of {column.DeclaringType.ShortName()} is an array.");
        }

        var element = stored.IsValueType ? typeof(Nullable<>).MakeGenericType(stored) : stored;
        var values = Array.CreateInstance(element, rows.Count);
        for (var row = 0; row < rows.Count; row++)
        {
            var value = rows[row].Property(column).CurrentValue;
            values.SetValue(value is null || mapping.Converter is null ? value : mapping.Converter.ConvertToProvider(value), row);
        }

        return new NpgsqlParameter { Value = values, DataTypeName = $"{mapping.StoreTypeNameBase}[]" };
    }
}
