using System.Net;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Errors;

/// <summary>A PostgreSQL that is stopped, killed, full, read-only or closed under a running server. One that stands still: <see cref="DatabaseStandsStillTests"/>.</summary>
public sealed class DatabaseAwayTests(TestRun run)
{
    [Fact]
    public async Task While_PostgreSQL_is_away_requests_are_told_to_come_back_and_afterwards_they_succeed()
    {
        await using var postgres = await OwnPostgres.StartAsync(run);
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres.ConnectionString });
        var tenant = await server.CreateTenantAsync();
        var path = $"/calls/{await tenant.PlaceCallAsync()}";
        var whatsApp = await tenant.ConnectAsync(simulated: false);
        var callback = WhatsAppTenant.Callback(whatsApp, WhatsAppTenant.TextMessage("wamid.away", "Hello", tenant.Now));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.Api.GetAsync(path)));

        await postgres.StopAsync();

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

        await postgres.StartAgainAsync();
        (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From }, "one")).ShouldBe(HttpStatusCode.Created);
        (await server.CallBackAsync(whatsApp, callback)).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("""{"status":"ok","dependencies":{"postgres":"up","redis":"up"}}""", (await health.GetAsync("/health/ready")).Text);
    }

    /// <summary>The driver may notice the break where it throws nothing; Entity Framework would go on over another connection, without the transaction.</summary>
    [Fact]
    public async Task A_transaction_whose_connection_has_broken_unnoticed_goes_no_further()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var (statement, changes, commit) = await run.Shared.InDatabaseAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => db.Database.ExecuteSqlAsync($"SELECT pg_terminate_backend(pg_backend_pid())", cancellationToken));
            db.Add(new DataProtectionKey { FriendlyName = "never kept" });
            return (
                await Assert.ThrowsAsync<NpgsqlException>(() => db.Organizations.ToListAsync(cancellationToken)),
                await Assert.ThrowsAsync<NpgsqlException>(() => db.SaveChangesAsync(cancellationToken)),
                await Assert.ThrowsAnyAsync<InvalidOperationException>(() => transaction.CommitAsync(cancellationToken)));
        });

        Assert.All(new Exception[] { statement, changes, commit }, failure => Assert.True(DatabaseFailure.IsOutage(failure), failure.ToString()));
        Assert.False(await run.Shared.InDatabaseAsync(db => db.DataProtectionKeys.AnyAsync(key => key.FriendlyName == "never kept", cancellationToken)));
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

    [Fact]
    public async Task After_PostgreSQL_was_away_calls_are_dialled_without_anybody_doing_anything_and_one_line_tells_of_it()
    {
        var (outage, job) = (new ListLogger<DatabaseState>(), new ListLogger<CallDispatchJob>());
        await using var postgres = await OwnPostgres.StartAsync(run);
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = postgres.ConnectionString,
            Workers = true,
            Services = services => services.AddSingleton<ILogger<DatabaseState>>(outage).AddSingleton<ILogger<CallDispatchJob>>(job),
        });
        var tenant = await server.CreateTenantAsync();

        await postgres.StopAsync();
        await Patience.UntilAsync("a job has found that PostgreSQL is away", () => outage.Levels.Any());
        (await tenant.Api.GetAsync("/calls")).ShouldBeError(503, "SERVICE_UNAVAILABLE");
        await postgres.StartAgainAsync();

        string? call = null;
        await Patience.UntilAsync("a call can be placed", async () =>
        {
            var answer = await tenant.Api.PostAsync("/calls", new { to = "+14155550100", from = Tenant.From }, "one");
            call = answer.Status is HttpStatusCode.Created ? answer.Data.GetProperty("id").GetString() : null;
            return call is not null;
        });
        await Patience.UntilAsync("the call is over", async () => (await tenant.GetCallAsync(call!)).GetProperty("status").GetString() == "ended");
        await Patience.UntilAsync("the end of the outage is logged", () => outage.Levels.Count() > 1);
        Assert.Equal([LogLevel.Warning, LogLevel.Information], outage.Levels);
        Assert.Empty(job.Levels);
    }

    [Fact]
    public async Task An_outage_in_which_some_statements_succeed_is_one_outage_to_whoever_reads_the_log()
    {
        var clock = new FakeTimeProvider();
        var outage = new ListLogger<DatabaseState>();
        await using var server = await run.StartServerAsync(new TestServerOptions { Clock = clock, Services = services => services.AddSingleton<ILogger<DatabaseState>>(outage) });
        var state = server.Services.GetRequiredService<DatabaseState>();
        for (var refusal = 0; refusal < 3; refusal++)
        {
            state.Failed(new PostgresException("could not extend file: No space left on device", "ERROR", "ERROR", PostgresErrorCodes.DiskFull));
            clock.Advance(TimeSpan.FromSeconds(9));
            Assert.True(await state.ProbeAsync(TestContext.Current.CancellationToken));
        }

        Assert.True(state.IsAway);
        Assert.Equal([LogLevel.Warning], outage.Levels);
        Assert.Contains("No space left on device", outage.Messages.Single(), StringComparison.Ordinal);

        // Asked by itself from here on.
        clock.Advance(TimeSpan.FromSeconds(1));
        await Patience.UntilAsync("the log says that the outage is over", () => outage.Levels.Count() == 2);
        Assert.False(state.IsAway);
        Assert.Equal([LogLevel.Warning, LogLevel.Information], outage.Levels);
    }

    [Fact]
    public async Task A_PostgreSQL_whose_process_is_killed_in_the_middle_of_a_statement_is_503_and_the_retry_makes_the_one_call()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), Signal.Needed);
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var postgres = await OwnPostgres.StartAsync(run);
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres.ConnectionString });
        var tenant = await server.CreateTenantAsync();
        await using var obstacle = await postgres.ConnectAsync();
        await using var transaction = await obstacle.BeginTransactionAsync(cancellationToken);
        await using (var block = new NpgsqlCommand("LOCK TABLE calls IN SHARE MODE", obstacle))
        {
            await block.ExecuteNonQueryAsync(cancellationToken);
        }

        var call = new { to = "+14155550100", from = Tenant.From };
        var first = tenant.Api.PostAsync("/calls", call, "one");
        await using var waiting = new NpgsqlCommand("SELECT pid FROM pg_locks WHERE relation = 'calls'::regclass AND NOT granted", obstacle);
        await Patience.UntilAsync("the statement is under way", async () => await waiting.ExecuteScalarAsync(cancellationToken) is not null);
        await Signal.KillAsync((int)(await waiting.ExecuteScalarAsync(cancellationToken))!);

        // All its processes start anew: every connection is lost, and for a moment none is taken.
        (await first).ShouldBeError(503, "SERVICE_UNAVAILABLE");
        ApiResponse? answer = null;
        await Patience.UntilAsync("it has recovered", async () =>
        {
            answer = await tenant.Api.PostAsync("/calls", call, "one");
            Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, answer.Text);
            return answer.Status is HttpStatusCode.Created;
        });
        answer!.ShouldBeNew();
        Assert.Equal((1, 0, 1), await tenant.CountAsync());
    }

    [Fact]
    public async Task A_PostgreSQL_that_takes_no_more_connections_is_503_until_it_does()
    {
        var database = new NpgsqlConnectionStringBuilder(await run.CreateDatabaseAsync());
        var role = $"role_of_{database.Database}";
        await using var administrator = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false });
        await ExecuteAsync(administrator, $"CREATE ROLE {role} LOGIN; GRANT pg_read_all_data, pg_write_all_data TO {role}");
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role }.ConnectionString });
        var tenant = await server.CreateTenantAsync();
        (await tenant.Api.GetAsync("/calls")).ShouldBe(HttpStatusCode.OK);

        await ExecuteAsync(administrator, $"ALTER ROLE {role} CONNECTION LIMIT 0");
        await ExecuteAsync(administrator, $"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{role}'");
        for (var request = 0; request < 10; request++)
        {
            Assert.Equal("5", (await tenant.Api.GetAsync("/calls")).ShouldBeError(503, "SERVICE_UNAVAILABLE").Header("Retry-After"));
        }

        await ExecuteAsync(administrator, $"ALTER ROLE {role} CONNECTION LIMIT -1");
        (await tenant.Api.GetAsync("/calls")).ShouldBe(HttpStatusCode.OK);
        await ExecuteAsync(administrator, $"ALTER ROLE {role} RENAME TO {role}_that_was_there");
    }

    [Fact]
    public async Task A_request_for_which_no_connection_is_free_in_time_is_503_and_the_others_go_on()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var database = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = 2, Timeout = 1 }.ConnectionString });
        var tenant = await server.CreateTenantAsync();
        (await tenant.Api.GetAsync("/prompts")).ShouldBe(HttpStatusCode.OK);
        await using var obstacle = new NpgsqlConnection(database);
        await obstacle.OpenAsync(cancellationToken);
        await using var transaction = await obstacle.BeginTransactionAsync(cancellationToken);
        await using (var block = new NpgsqlCommand("LOCK TABLE prompts IN ACCESS EXCLUSIVE MODE", obstacle))
        {
            await block.ExecuteNonQueryAsync(cancellationToken);
        }

        var holders = new[] { tenant.Api.GetAsync("/prompts"), tenant.Api.GetAsync("/prompts") };
        await using var waiting = new NpgsqlCommand("SELECT count(*) FROM pg_locks WHERE relation = 'prompts'::regclass AND NOT granted", obstacle);
        await Patience.UntilAsync("both connections are taken", async () => 2L.Equals(await waiting.ExecuteScalarAsync(cancellationToken)));
        (await tenant.Api.GetAsync("/me")).ShouldBeError(503, "SERVICE_UNAVAILABLE");

        await transaction.RollbackAsync(cancellationToken);
        Assert.All(await Task.WhenAll(holders), answer => answer.ShouldBe(HttpStatusCode.OK));
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task After_a_failover_changes_are_503_while_the_database_is_read_only_and_go_on_afterwards_without_a_restart()
    {
        var database = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        var tenant = await server.CreateTenantAsync();
        var health = server.CreateApiClient();
        await using var administrator = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Database = "postgres", Pooling = false });
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        var call = new { to = "+14155550100", from = Tenant.From };

        // What becomes of the clients of a primary that is demoted: their connections end, and the new ones lead to a replica.
        await ExecuteAsync(administrator, $"ALTER DATABASE {name} SET default_transaction_read_only = on");
        await ExecuteAsync(administrator, $"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'");
        for (var request = 0; request < 5; request++)
        {
            (await tenant.Api.PostAsync("/calls", call, "one")).ShouldBeError(503, "SERVICE_UNAVAILABLE");
        }

        Assert.Equal(
            """{"status":"unavailable","dependencies":{"postgres":"down","redis":"up"}}""", (await health.GetAsync("/health/ready")).ShouldBe(HttpStatusCode.ServiceUnavailable).Text);

        // The new primary is there; connections that are open stay where they are.
        await ExecuteAsync(administrator, $"ALTER DATABASE {name} RESET default_transaction_read_only");
        var answers = new List<ApiResponse>();
        do
        {
            answers.Add(await tenant.Api.PostAsync("/calls", call, "one"));
            Assert.True(answers[^1].Status is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, answers[^1].Text);
        }
        while (answers[^1].Status is not HttpStatusCode.Created && answers.Count < 50);
        answers[^1].ShouldBeNew();
        (await health.GetAsync("/health/ready")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_PostgreSQL_refuses_for_now_is_503_and_does_not_bind_the_key()
    {
        string[] refusals =
        [
            "08006", "25006", "25P03", "28P01", "3D000", "53000", "53100", "53200", "53300", "57014", "57P01", "57P03", "58030", // Outages: a full disk is 53100.
            "40001", "40P01", "55P03", // In others' way, again and again.
        ];
        await using var server = await run.StartServerAsync();
        var tenant = await server.CreateTenantAsync();

        // It stands for all that makes PostgreSQL give these answers: some of them are shown for real elsewhere.
        await server.ExecuteSqlAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = NEW.name; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON prompts FOR EACH ROW EXECUTE FUNCTION refuse();
            """);
        foreach (var refusal in refusals)
        {
            var answer = await tenant.Api.PostAsync("/prompts", new { name = refusal, text = "x" }, refusal);
            Assert.True(answer.Status is HttpStatusCode.ServiceUnavailable, $"{refusal}: {answer.Text}");
            Assert.Equal("5", answer.ShouldBeError(503, "SERVICE_UNAVAILABLE").Header("Retry-After"));
        }

        (await tenant.Api.PostAsync("/prompts", new { name = "22012", text = "x" }, "ours")).ShouldBeError(500, "INTERNAL_ERROR");

        await server.ExecuteSqlAsync("DROP TRIGGER refuse ON prompts");
        foreach (var refusal in refusals)
        {
            (await tenant.Api.PostAsync("/prompts", new { name = refusal, text = "x" }, refusal)).ShouldBeNew();
        }
    }

    private static async Task ExecuteAsync(NpgsqlDataSource administrator, string sql)
    {
#pragma warning disable CA2100 // Names of this file.
        await using var command = administrator.CreateCommand(sql);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
