using Microsoft.EntityFrameworkCore.Migrations;

namespace ErzyCall.Api.Migrations;

/// <summary>
/// The objects of the schema besides the model: functions, triggers, and the indexes and constraints that a model cannot describe. Each has
/// a file of its own in the folder <c>Sql</c> with its latest text, which makes the object whether or not an older one is there.
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
