using System.Net;
using ErzyCall.IntegrationTests.Commands;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Errors;

/// <summary>A PostgreSQL whose processes stand still: it takes connections and answers nothing, as one behind a broken network does.</summary>
public sealed class DatabaseStandsStillTests(TestRun run)
{
    [Fact]
    public async Task A_PostgreSQL_that_stands_still_is_503_within_its_time_limits_and_afterwards_requests_succeed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), Signal.Needed);
        await using var postgres = await OwnPostgres.StartAsync(run);
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = $"{postgres.ConnectionString};Timeout=2;Command Timeout=2" });
        var tenant = await server.CreateTenantAsync();
        var call = new { to = "+14155550100", from = Tenant.From };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => tenant.Api.GetAsync("/calls")));
        await using var obstacle = await postgres.ConnectAsync();
        await using var transaction = await obstacle.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var block = new NpgsqlCommand("LOCK TABLE calls IN SHARE MODE", obstacle))
        {
            await block.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        // One in the middle of its transaction, some on connections that were open, and more than the pool holds.
        var inTheMiddle = tenant.Api.PostAsync("/calls", call, "one");
        await using (var waiting = new NpgsqlCommand("SELECT count(*) FROM pg_locks WHERE relation = 'calls'::regclass AND NOT granted", obstacle))
        {
            await Patience.UntilAsync("the statement is under way", async () => 1L.Equals(await waiting.ExecuteScalarAsync()));
        }

        await postgres.StandStillAsync();
        var others = Enumerable.Range(0, 40).Select(_ => tenant.Api.GetAsync("/calls")).ToList();
        var answers = await Task.WhenAll(others.Append(inTheMiddle)).WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

        Assert.All(answers, answer => Assert.Equal("5", answer.ShouldBeError(503, "SERVICE_UNAVAILABLE").Header("Retry-After")));
        Assert.Equal(
            """{"status":"unavailable","dependencies":{"postgres":"down","redis":"up"}}""",
            (await server.CreateApiClient().GetAsync("/health/ready")).ShouldBe(HttpStatusCode.ServiceUnavailable).Text);

        await postgres.GoOnAsync();
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        (await tenant.Api.GetAsync("/calls")).ShouldBe(HttpStatusCode.OK);
        (await tenant.Api.PostAsync("/calls", call, "one")).ShouldBeNew();
        Assert.Equal((1, 0, 1), await tenant.CountAsync());
    }

    [Theory]
    [InlineData("", 10, 20)]
    [InlineData(";Timeout=3;Command Timeout=4", 3, 4)]
    public async Task What_the_connection_string_does_not_limit_is_limited_all_the_same(string settings, int connecting, int statement)
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = await run.CreateDatabaseAsync() + settings });

        var source = server.Services.GetRequiredService<NpgsqlDataSource>();
        var effective = new NpgsqlConnectionStringBuilder(source.ConnectionString);

        Assert.Equal((connecting, statement), (effective.Timeout, effective.CommandTimeout));

        // Not by the connection, but by the database: a pooler would not pass them on.
        Assert.Null(effective.Options);
        await using var question = source.CreateCommand(
            "SELECT current_setting('idle_in_transaction_session_timeout') || ' ' || current_setting('max_parallel_workers_per_gather') || ' ' || current_setting('jit')");
        Assert.Equal("30s 0 off", await question.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Readiness_does_not_wait_for_a_PostgreSQL_that_stands_still()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), Signal.Needed);
        await using var postgres = await OwnPostgres.StartAsync(run);
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = $"{postgres.ConnectionString};Timeout=0;Command Timeout=0" });
        var tenant = await server.CreateTenantAsync();
        await postgres.StandStillAsync();
        try
        {
            var request = tenant.Api.GetAsync("/me");

            var answer = await server.CreateApiClient().GetAsync("/health/ready").WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);

            Assert.Equal("""{"status":"unavailable","dependencies":{"postgres":"down","redis":"up"}}""", answer.ShouldBe(HttpStatusCode.ServiceUnavailable).Text);
            Assert.False(request.IsCompleted);
            await postgres.GoOnAsync();
            (await request).ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            await postgres.GoOnAsync();
        }
    }

    [Fact]
    public async Task A_listener_whose_connection_has_gone_silent_listens_on_another()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), Signal.Needed);
        await using var postgres = await OwnPostgres.StartAsync(run);
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = $"{postgres.ConnectionString};Command Timeout=1", Workers = true });
        await using var administrator = await postgres.ConnectAsync();
        await using var listeners = new NpgsqlCommand("SELECT array_agg(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'", administrator);
        int[]? before = null;
        await Patience.UntilAsync("it listens", async () => (before = await listeners.ExecuteScalarAsync() as int[]) is [_]);

        await Signal.StopAsync(before!);
        try
        {
            await Patience.UntilAsync("it listens again", async () => await listeners.ExecuteScalarAsync() is int[] now && now.Except(before!).Any());
        }
        finally
        {
            await Signal.ContinueAsync(before!);
        }
    }

    [Fact]
    public async Task A_server_does_not_start_on_a_PostgreSQL_that_stands_still_and_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), Signal.Needed);
        await using var postgres = await OwnPostgres.StartAsync(run);
        await postgres.StandStillAsync();

        var result = await CommandProcess.RunAsync(
            "ErzyCall.Api.dll",
            ["--urls", "http://127.0.0.1:0"],
            ("ConnectionStrings__Postgres", $"{postgres.ConnectionString};Timeout=2"),
            ("ConnectionStrings__Redis", run.RedisConnectionString()));

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("PostgreSQL cannot be reached", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
