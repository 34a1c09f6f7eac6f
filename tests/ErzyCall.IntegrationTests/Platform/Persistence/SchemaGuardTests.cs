using ErzyCall.Api.Commands;
using ErzyCall.Api.Platform;
using ErzyCall.IntegrationTests.Server;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Persistence;

public sealed class SchemaGuardTests(TestRun run)
{
    [Fact]
    public async Task A_server_does_not_start_on_a_schema_that_lacks_a_migration()
    {
        var database = await run.CreateDatabaseAsync();
        var removed = await ExecuteAsync(database, """DELETE FROM "__EFMigrationsHistory" WHERE migration_id = (SELECT max(migration_id) FROM "__EFMigrationsHistory") RETURNING migration_id""");
        var refusal = await RefusalAsync(database);
        Assert.Equal($"The database schema is out of date: 1 migration(s) are missing, from {removed} on. Run the command 'migrate' once, then start again.", refusal.Message);
    }

    [Fact]
    public async Task A_server_does_not_start_on_rows_that_another_version_wrote()
    {
        var database = await run.CreateDatabaseAsync();
        await ExecuteAsync(database, "UPDATE row_versions SET version = '8.0.0/1' WHERE rows IN ('contacts', 'conversations') RETURNING rows");
        var refusal = await RefusalAsync(database);
        Assert.Equal("The database was written by another version: rows of contacts, conversations are to be brought over. Run the command 'migrate' once, then start again.", refusal.Message);
    }

    [Fact]
    public async Task A_server_does_not_start_on_an_empty_database()
    {
        var database = await run.CreateDatabaseAsync();
        await ExecuteAsync(database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; SELECT 1");
        var refusal = await RefusalAsync(database);
        Assert.Contains("Run the command 'migrate' once", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_reach_its_database_says_so()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(await run.CreateDatabaseAsync()) { Host = Path.GetTempPath(), Port = 1 }.ConnectionString;
        var refusal = await RefusalAsync(nowhere);
        Assert.StartsWith("PostgreSQL cannot be reached", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Serves as the executable does; the limit only makes a failure end.</summary>
    private Task<OperatorException> RefusalAsync(string postgres) => Assert.ThrowsAsync<OperatorException>(() =>
        new ConfiguredHost()
            .ServeAsync([$"--ConnectionStrings:Postgres={postgres}", $"--ConnectionStrings:Redis={run.RedisConnectionString()}", "--urls=http://127.0.0.1:0", "--Workers:Enabled=false"])
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));

    private static async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
