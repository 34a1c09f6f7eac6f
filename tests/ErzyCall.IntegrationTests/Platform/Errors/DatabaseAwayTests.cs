using System.Net;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using ErzyCall.Local;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Errors;

/// <summary>A PostgreSQL of its own, stopped under a running server and started again.</summary>
public sealed class DatabaseAwayTests(TestRun run) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task While_PostgreSQL_is_away_requests_are_told_to_come_back_and_afterwards_they_succeed()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var postgres = await PrivatePostgres.StartAsync(_folder.Path, NullLogger.Instance, cancellationToken);
        try
        {
            await postgres.EnsureDatabaseAsync(PrivatePostgres.DefaultDatabase, cancellationToken);
            var database = postgres.ConnectionString();
            await TestServer.MigrateAsync(database, cancellationToken);

            await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = database });
            var tenant = await server.CreateTenantAsync();
            var path = $"/calls/{await tenant.PlaceCallAsync()}";
            var whatsApp = await tenant.ConnectAsync(simulated: false);
            var callback = WhatsAppTenant.Callback(whatsApp, WhatsAppTenant.TextMessage("wamid.away", "Hello", tenant.Now));
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.Api.GetAsync(path)));

            await postgres.DisposeAsync();

            // The first ones find connections that the server has closed with a last word, the later ones nobody to connect to.
            for (var request = 0; request < 12; request++)
            {
                var response = (await tenant.Api.GetAsync(path)).ShouldBeError(503, "SERVICE_UNAVAILABLE");
                Assert.Equal("""{"error":{"code":"SERVICE_UNAVAILABLE","message":"The service is temporarily unavailable"}}""", response.Text);
                Assert.Equal("5", response.Header("Retry-After"));
            }

            (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From }, "one")).ShouldBeError(503, "SERVICE_UNAVAILABLE");
            (await server.CallBackAsync(whatsApp, callback)).ShouldBeError(503, "SERVICE_UNAVAILABLE");
            var health = server.CreateApiClient();
            Assert.Equal("""{"status":"ok","dependencies":{}}""", (await health.GetAsync("/health/live")).ShouldBe(HttpStatusCode.OK).Text);
            Assert.Equal(
                """{"status":"unavailable","dependencies":{"postgres":"down","redis":"up"}}""", (await health.GetAsync("/health/ready")).ShouldBe(HttpStatusCode.ServiceUnavailable).Text);
            (await health.GetAsync("/me")).ShouldBeError(401, "UNAUTHORIZED");

            postgres = await PrivatePostgres.StartAsync(_folder.Path, NullLogger.Instance, cancellationToken);
            (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
            (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From }, "one")).ShouldBe(HttpStatusCode.Created);
            (await server.CallBackAsync(whatsApp, callback)).ShouldBe(HttpStatusCode.OK);
            Assert.Equal("""{"status":"ok","dependencies":{"postgres":"up","redis":"up"}}""", (await health.GetAsync("/health/ready")).Text);
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_connection_that_PostgreSQL_has_ended_is_not_an_error_of_ours()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var database = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        var tenant = await server.CreateTenantAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => tenant.Api.GetAsync("/calls")));

        await using var administrator = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false });
        await using var end = administrator.CreateCommand("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        Assert.NotEqual(0L, await end.ExecuteScalarAsync(cancellationToken));

        // Each request may meet one of the ended connections, and after the last of them all succeed.
        var answers = new List<ApiResponse>();
        do
        {
            answers.Add(await tenant.Api.GetAsync("/calls"));
            Assert.True(answers[^1].Status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, answers[^1].Text);
        }
        while (answers[^1].Status is not HttpStatusCode.OK && answers.Count < 50);
        Assert.Equal(HttpStatusCode.OK, answers[^1].Status);
    }
}
