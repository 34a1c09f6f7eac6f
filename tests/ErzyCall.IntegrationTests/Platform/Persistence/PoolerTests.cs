using System.Net;
using ErzyCall.Api.Platform.Workers;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Persistence;

public sealed class PoolerTests(TestRun run)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Behind_a_pooler_everything_works_and_work_is_listened_for_past_it_or_polled(bool knowsTheDirectWay)
    {
        Assert.SkipUnless(PgBouncer.IsInstalled, PgBouncer.Needed);
        var cancellationToken = TestContext.Current.CancellationToken;
        var pooler = await run.PoolerAsync();
        var direct = await run.CreateDatabaseAsync();
        var pooled = pooler.ConnectionString(direct);
        await using (var source = NpgsqlDataSource.Create(direct))
        {
            await using var empty = source.CreateCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
            await empty.ExecuteNonQueryAsync(cancellationToken);
        }

        await Task.WhenAll(TestServer.MigrateAsync(pooled, cancellationToken), TestServer.MigrateAsync(pooled, cancellationToken));
        var log = new ListLogger<WorkListener>();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = pooled,
            Workers = true,
            Settings = knowsTheDirectWay ? new Dictionary<string, string> { ["ConnectionStrings:PostgresDirect"] = direct } : new Dictionary<string, string>(),
            Services = services => services.AddSingleton<ILogger<WorkListener>>(log),
        });
        var tenant = await server.CreateTenantAsync();
        var body = KeyedRequests.Call();

        // More requests at once than the pooler has sessions, under one key: advisory locks must end with their transactions.
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => tenant.Api.PostAsync("/calls", body, "one")));
        Assert.All(answers, answer => answer.ShouldBe(HttpStatusCode.Created));
        var call = answers[0].Data.GetProperty("id").GetString();
        Assert.All(answers, answer => Assert.Equal(call, answer.Data.GetProperty("id").GetString()));
        await Patience.UntilAsync(
            "the call is over",
            async () => (await tenant.Api.GetAsync($"/calls/{call}")).ShouldBe(HttpStatusCode.OK).Data.GetProperty("status").GetString() == "ended");
        Assert.Equal("ok", (await server.CreateApiClient().GetAsync("/health/ready")).ShouldBe(HttpStatusCode.OK).Json.GetProperty("status").GetString());

        Assert.Equal(0, await PreparedAsync(server));
        Assert.Equal(knowsTheDirectWay ? [] : [LogLevel.Warning], log.Levels);
        Assert.All(log.Messages, message => Assert.Contains("ConnectionStrings:PostgresDirect", message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Once_a_pooler_has_come_between_nothing_more_is_prepared()
    {
        Assert.SkipUnless(PgBouncer.IsInstalled, PgBouncer.Needed);
        var pooler = await run.PoolerAsync();
        var direct = new NpgsqlConnectionStringBuilder(await run.CreateDatabaseAsync());
        var pooled = new NpgsqlConnectionStringBuilder(pooler.ConnectionString(direct.ConnectionString));
        var way = Directory.CreateTempSubdirectory();
        var socket = Path.Combine(way.FullName, ".s.PGSQL.5432");
        File.CreateSymbolicLink(socket, Path.Combine(direct.Host!, $".s.PGSQL.{direct.Port}"));
        var byTheWay = new NpgsqlConnectionStringBuilder(direct.ConnectionString) { Host = way.FullName, Port = 5432 };
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = byTheWay.ConnectionString });
        var tenant = await server.CreateTenantAsync();
        var path = $"/calls/{await tenant.PlaceCallAsync()}";
        (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
        Assert.NotEqual(0, await PreparedAsync(server));

        File.Delete(socket);
        File.CreateSymbolicLink(socket, Path.Combine(pooled.Host!, $".s.PGSQL.{pooled.Port}"));
        server.Services.GetRequiredService<NpgsqlDataSource>().Clear();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => tenant.Api.GetAsync(path))), answer => answer.ShouldBe(HttpStatusCode.OK));
        Assert.Equal(0, await PreparedAsync(server));
        way.Delete(recursive: true);
    }

    /// <summary>How many statements are prepared in all sessions that the pooler has for the database, or in as many of PostgreSQL's own.</summary>
    private static async Task<long> PreparedAsync(TestServer server)
    {
        var database = server.Services.GetRequiredService<NpgsqlDataSource>();
        var begun = new List<NpgsqlConnection>();
        long prepared = 0;
        while (begun.Count < PgBouncer.Sessions)
        {
            begun.Add(await database.OpenConnectionAsync(TestContext.Current.CancellationToken));
            await begun[^1].BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var count = new NpgsqlCommand("SELECT count(*) FROM pg_prepared_statements", begun[^1]);
            prepared += (long)(await count.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }

        foreach (var connection in begun)
        {
            await connection.DisposeAsync();
        }

        return prepared;
    }
}
