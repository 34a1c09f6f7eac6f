using System.Net;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Persistence;

/// <summary>Statements that requests repeat are planned once for a session, where a session is to be had. Behind a pooler: <see cref="PoolerTests"/>.</summary>
public sealed class PreparedStatementsTests(TestRun run)
{
    private const string Prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM calls %'";

    [Fact]
    public async Task What_requests_repeat_is_prepared()
    {
        await using var server = await run.StartServerAsync(OneSession(await run.CreateDatabaseAsync()));
        Assert.Equal(1, await PreparedAfterRequestsAsync(server));
    }

    [Fact]
    public async Task Once_a_column_has_another_type_reads_and_transactions_are_repeated()
    {
        await using var server = await run.StartServerAsync(OneSession(await run.CreateDatabaseAsync()));
        var tenant = await server.CreateTenantAsync();
        var path = $"/calls/{await tenant.PlaceCallAsync()}";
        var call = new { to = "+14155550100", from = Tenant.From };
        (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.GetAsync("/calls")).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PostAsync("/calls", call, "before")).ShouldBe(HttpStatusCode.Created);

        await server.ExecuteSqlAsync(
            """
            ALTER TABLE api_keys ALTER COLUMN name TYPE varchar(900);
            ALTER TABLE calls ALTER COLUMN fault TYPE varchar(900);
            ALTER TABLE idempotency_records ALTER COLUMN content_type TYPE varchar(900)
            """);
        (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.GetAsync("/calls")).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PostAsync("/calls", call, "after")).ShouldBe(HttpStatusCode.Created);
    }

    private static TestServerOptions OneSession(string database) => new() { Postgres = $"{database};Maximum Pool Size=1" };

    private static async Task<long> PreparedAfterRequestsAsync(TestServer server)
    {
        var tenant = await server.CreateTenantAsync();
        var path = $"/calls/{await tenant.PlaceCallAsync()}";
        for (var request = 0; request < 10; request++)
        {
            (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
        }

        await using var connection = await server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var count = new NpgsqlCommand(Prepared, connection);
        return (long)(await count.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
