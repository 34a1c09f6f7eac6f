using Microsoft.EntityFrameworkCore.Migrations;

namespace ErzyCall.Api.Migrations;

/// <summary>
/// What the schema has besides the model: functions, triggers, and the indexes and constraints that a model cannot tell of. Each is a file
/// of its own in the folder <c>Sql</c>, in its latest text, and makes its object whether or not an older one is there.
/// </summary>
internal static class SqlObjects
{
    /// <param name="names">The files, without <c>.sql</c>: <c>functions/search_fold</c>.</param>
    public static void CreateOrReplace(this MigrationBuilder migration, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            migration.Sql(TextOf(name));
        }
    }

    private static string TextOf(string name)
    {
        using var file = typeof(SqlObjects).Assembly.GetManifestResourceStream(typeof(SqlObjects), $"Sql.{name.Replace('/', '.')}.sql")
            ?? throw new ArgumentException($"There is no file Sql/{name}.sql.", nameof(name));
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
