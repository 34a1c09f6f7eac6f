using ErzyCall.Api.Migrations;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace ErzyCall.IntegrationTests.Migrations;

/// <summary>Whatever a migrated database has besides the model is a file of its own, with that text; and each file is there.</summary>
public sealed class SqlObjectsTests(TestRun run)
{
    private const string Folder = "ErzyCall.Api.Migrations.Sql.";

    /// <summary>Functions, triggers, indexes and constraints that are not the model's, and whether this transaction wrote them.</summary>
    private const string BesidesTheModel =
        """
        WITH tables AS (
          SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '__EFMigrationsHistory'),
        objects AS (
          SELECT 'functions' AS folder, proname AS name, pg_get_functiondef(oid) AS text, xmin AS writer FROM pg_proc
          WHERE pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
          UNION ALL
          SELECT 'triggers', tgname, pg_get_triggerdef(oid), xmin FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (TABLE tables)
          UNION ALL
          SELECT 'indexes', relname, pg_get_indexdef(oid), pg_class.xmin FROM pg_class JOIN pg_index ON indexrelid = oid
          WHERE indrelid IN (TABLE tables) AND relname <> ALL ($1)
          UNION ALL
          SELECT 'constraints', conname, pg_get_constraintdef(oid), xmin FROM pg_constraint
          WHERE conrelid IN (TABLE tables) AND contype IN ('c', 'f', 'p', 'u', 'x') AND conname <> ALL ($1))
        SELECT folder || '.' || name, text, writer = pg_current_xact_id()::xid FROM objects
        """;

    [Fact]
    public async Task What_the_schema_has_besides_the_model_is_what_the_files_make() =>
        Assert.Empty(await DifferencesAsync(await run.CreateDatabaseAsync()));

    [Theory]
    [InlineData("CREATE FUNCTION astray() RETURNS int LANGUAGE sql AS 'SELECT 1'", "functions.astray of the database")]
    [InlineData("CREATE FUNCTION search_fold(text, int) RETURNS text LANGUAGE sql AS 'SELECT $1'", "functions.search_fold of the database")]
    [InlineData("CREATE TRIGGER astray AFTER DELETE ON cases EXECUTE FUNCTION organizations_make_feed()", "triggers.astray of the database")]
    [InlineData("CREATE INDEX astray ON calls (id)", "indexes.astray of the database")]
    [InlineData("ALTER TABLE calls ADD CONSTRAINT astray CHECK (id IS NOT NULL)", "constraints.astray of the database")]
    [InlineData("DROP FUNCTION due_deliveries", "functions.due_deliveries of the file")]
    [InlineData("DROP TRIGGER calls_guard_moves ON calls", "triggers.calls_guard_moves of the file")]
    [InlineData("DROP INDEX ix_contacts_tags", "indexes.ix_contacts_tags of the file")]
    [InlineData("ALTER TABLE calls DROP CONSTRAINT fk_calls_call_scripts", "constraints.fk_calls_call_scripts of the file")]
    [InlineData(
        "CREATE OR REPLACE FUNCTION search_inside(text) RETURNS text LANGUAGE sql AS 'SELECT search_fold($1)'",
        "functions.search_inside of the database",
        "functions.search_inside of the file")]
    [InlineData(
        "CREATE OR REPLACE TRIGGER calls_guard_moves BEFORE UPDATE ON calls FOR EACH ROW EXECUTE FUNCTION calls_guard_moves()",
        "triggers.calls_guard_moves of the database",
        "triggers.calls_guard_moves of the file")]
    public async Task Each_difference_is_found(string change, params string[] differences)
    {
        var database = await run.CreateDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        {
            await using var command = source.CreateCommand(change);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(differences, await DifferencesAsync(database));
    }

    /// <summary>Runs each file, undoes it, and compares what it has written with what was there.</summary>
    private static async Task<List<string>> DifferencesAsync(string database)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var ofTheModel = NamesOfTheModel();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(cancellationToken);
        var there = await ReadAsync(connection, ofTheModel);
        var made = new List<SqlObject>();
        foreach (var file in typeof(SqlObjects).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
#pragma warning disable CA2100 // The text is the file's.
            await using (var make = new NpgsqlCommand(await TextOfAsync(file), connection))
#pragma warning restore CA2100
            {
                await make.ExecuteNonQueryAsync(cancellationToken);
            }

            var written = Assert.Single(await ReadAsync(connection, ofTheModel), found => found.IsWritten) with { IsWritten = false };
            Assert.Equal(file, $"{Folder}{written.Name}.sql");
            made.Add(written);
        }

        return
        [
            .. there.Except(made).Select(found => $"{found.Name} of the database").Order(StringComparer.Ordinal),
            .. made.Except(there).Select(found => $"{found.Name} of the file").Order(StringComparer.Ordinal),
        ];
    }

    private static async Task<string> TextOfAsync(string file)
    {
        await using var stream = typeof(SqlObjects).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static string[] NamesOfTheModel()
    {
        var options = new DbContextOptionsBuilder<ErzyCallDbContext>().UseNpgsql("Host=none").UseSnakeCaseNamingConvention().Options;
        using var db = new ErzyCallDbContext(options);
        var types = db.GetService<IDesignTimeModel>().Model.GetEntityTypes().Where(type => type.GetTableName() is not null).ToList();
        return
        [
            .. types.SelectMany(type => type.GetKeys()).Select(key => key.GetName()!),
            .. types.SelectMany(type => type.GetForeignKeys()).Select(key => key.GetConstraintName()!),
            .. types.SelectMany(type => type.GetIndexes()).Select(index => index.GetDatabaseName()!),
            .. types.SelectMany(type => type.GetCheckConstraints()).Select(check => check.Name!),
        ];
    }

    private static async Task<List<SqlObject>> ReadAsync(NpgsqlConnection connection, string[] ofTheModel)
    {
        await using var query = new NpgsqlCommand(BesidesTheModel, connection) { Parameters = { new() { Value = ofTheModel } } };
        await using var found = await query.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var objects = new List<SqlObject>();
        while (await found.ReadAsync(TestContext.Current.CancellationToken))
        {
            objects.Add(new SqlObject(found.GetString(0), found.GetString(1), found.GetBoolean(2)));
        }

        return objects;
    }

    /// <param name="Name">The folder and the name, as a file of it is called.</param>
    /// <param name="IsWritten">Whether the transaction that reads it has written it.</param>
    private sealed record SqlObject(string Name, string Text, bool IsWritten);
}
