using System.Data.Common;
using System.Net;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static ErzyCall.IntegrationTests.Platform.Idempotency.KeyedRequests;

namespace ErzyCall.IntegrationTests.Platform.Idempotency;

/// <summary>The request dies around its commit, in every way that one process can show.</summary>
public sealed class CrashTests(TestRun run)
{
    [Fact]
    public async Task Dead_before_the_commit_nothing_has_happened_and_the_retry_makes_the_one_call()
    {
        var commits = new CommitWatch { BeforeKept = async connection => await TerminateAsync(connection) };
        await using var server = await StartAsync(commits);
        var tenant = await server.CreateTenantAsync();
        var body = tenant.ScheduledCall();

        (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldBeError(503, "SERVICE_UNAVAILABLE");
        Assert.Equal((0, 0, 0), await tenant.CountAsync());
        Assert.False(await server.Redis().KeyExistsAsync(ReplayCache.Key(tenant.Seen("k1"))));

        commits.BeforeKept = null;
        var made = (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldBeNew();
        (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldReplay(made);
        Assert.Equal((1, 1, 1), await tenant.CountAsync());
    }

    [Fact]
    public async Task Dead_right_after_the_commit_the_retry_gets_the_call_that_was_made()
    {
        var commits = new CommitWatch { AfterKept = () => throw new IOException("The process died here.") };
        await using var server = await StartAsync(commits);
        var tenant = await server.CreateTenantAsync();
        var body = tenant.ScheduledCall();

        (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldBeError(500, "INTERNAL_ERROR");
        Assert.Equal((1, 1, 1), await tenant.CountAsync());
        Assert.False(await server.Redis().KeyExistsAsync(ReplayCache.Key(tenant.Seen("k1"))));

        commits.AfterKept = null;
        var replay = (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldBe(HttpStatusCode.Created);
        Assert.Equal("true", replay.Header("Idempotent-Replayed"));
        var id = replay.Data.GetProperty("id").GetString()!;
        Assert.Equal($"/api/v1/calls/{id}", replay.Header("Location"));
        Assert.Equal((await tenant.Api.GetAsync($"/calls/{id}")).Text, replay.Text);
        Assert.Equal((1, 1, 1), await tenant.CountAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_while_the_call_is_made_leaves_nothing_behind()
    {
        var database = await run.CreateDatabaseAsync();

        // The request must not give up before the test has seen it wait, however slow the machine is.
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = $"{database};Command Timeout=120" });
        var tenant = await server.CreateTenantAsync();
        await using var obstacle = new NpgsqlConnection(database);
        await obstacle.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await obstacle.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var block = new NpgsqlCommand("LOCK TABLE calls IN EXCLUSIVE MODE", obstacle))
        {
            await block.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        using var leaving = new CancellationTokenSource();
        var first = SendAsync(tenant, Call(), "k1", leaving.Token);
        await using var waiting = new NpgsqlCommand(
            """
            SELECT count(*) FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            obstacle);
        await Patience.UntilAsync("the first holds its key", () => first.IsCompleted || (long)waiting.ExecuteScalar()! > 0);
        Assert.False(first.IsCompleted, "It was answered before it could be left.");
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Patience.UntilAsync("the key is let go", () => (long)waiting.ExecuteScalar()! == 0);
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, 0, 0), await tenant.CountAsync());
        (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeNew();
        Assert.Equal((1, 0, 1), await tenant.CountAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_during_the_commit_finds_its_call_when_it_comes_back()
    {
        using var leaving = new CancellationTokenSource();
        var (committing, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        var commits = new CommitWatch
        {
            BeforeKept = _ =>
            {
                committing.SetResult();
                return left.Task;
            },
        };
        await using var server = await StartAsync(commits);
        var tenant = await server.CreateTenantAsync();
        var body = tenant.ScheduledCall();

        var first = SendAsync(tenant, body, "k1", leaving.Token);
        await committing.Task.WaitAsync(TestContext.Current.CancellationToken);
        commits.BeforeKept = null;
        await leaving.CancelAsync();
        left.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        var replay = (await tenant.Api.PostAsync("/calls", body, "k1")).ShouldBe(HttpStatusCode.Created);
        Assert.Equal("true", replay.Header("Idempotent-Replayed"));
        Assert.Equal((1, 1, 1), await tenant.CountAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_while_its_answer_is_written_gets_a_whole_one_when_it_comes_back()
    {
        using var leaving = new CancellationTokenSource();
        var (saved, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        var calls = new CallWatch
        {
            Saved = () =>
            {
                saved.SetResult();
                return left.Task;
            },
        };
        await using var server = await StartAsync(calls);
        var tenant = await server.CreateTenantAsync();

        var first = SendAsync(tenant, Call(), "k1", leaving.Token);
        await saved.Task.WaitAsync(TestContext.Current.CancellationToken);
        calls.Saved = null;
        await leaving.CancelAsync();
        left.SetResult();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        var made = (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeNew();
        Assert.Equal($"/api/v1/calls/{made.Data.Id()}", made.Header("Location"));
        Assert.Equal((1, 0, 1), await tenant.CountAsync());
    }

    private Task<TestServer> StartAsync(IInterceptor interceptor) =>
        run.StartServerAsync(new TestServerOptions { Services = services => services.ConfigureDbContext<ErzyCallDbContext>(options => options.AddInterceptors(interceptor)) });

    private static async Task SendAsync(Tenant tenant, string body, string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/calls");
        request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", key);
        using var response = await tenant.Api.Http.SendAsync(request, cancellationToken);
    }

    private static async Task TerminateAsync(DbConnection victim)
    {
        await using var killer = new NpgsqlConnection(victim.ConnectionString);
        await killer.OpenAsync(CancellationToken.None);
        await using var kill = new NpgsqlCommand("SELECT pg_terminate_backend($1, 10000)", killer) { Parameters = { new() { Value = ((NpgsqlConnection)victim).ProcessID } } };
        Assert.True((bool)(await kill.ExecuteScalarAsync(CancellationToken.None))!);
    }

    /// <summary>Stands before and behind the commits that keep a response.</summary>
    private sealed class CommitWatch : DbTransactionInterceptor
    {
        public Func<DbConnection, Task>? BeforeKept { get; set; }

        public Action? AfterKept { get; set; }

        public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            if (IsKept(eventData.Context) && BeforeKept is { } before)
            {
                await before(transaction.Connection!);
            }

            return result;
        }

        public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            if (IsKept(eventData.Context))
            {
                AfterKept?.Invoke();
            }

            return Task.CompletedTask;
        }

        private static bool IsKept(DbContext? db) => db!.ChangeTracker.Entries<IdempotencyRecord>().Any();
    }

    /// <summary>Stands behind the statement that writes a call, before its answer is written.</summary>
    private sealed class CallWatch : DbCommandInterceptor
    {
        public Func<Task>? Saved { get; set; }

        public override async ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            if (command.CommandText.Contains("INSERT INTO calls ", StringComparison.Ordinal) && Saved is { } saved)
            {
                await saved();
            }

            return result;
        }
    }
}
