using System.Net;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Npgsql;
using static ErzyCall.IntegrationTests.Platform.Idempotency.KeyedRequests;

namespace ErzyCall.IntegrationTests.Platform.Idempotency;

public sealed class ConcurrentRetryTests(TestRun run)
{
    /// <summary>How often a waiting request looks again.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    public static TheoryData<string, int> Copies => [.. RedisServer.Kinds.Append("none").SelectMany(kind => (IEnumerable<TheoryDataRow<string, int>>)[(kind, 1), (kind, 2)])];

    /// <summary>The pool holds 4 connections: 64 requests that each kept one while they wait would end in 503.</summary>
    [Theory]
    [MemberData(nameof(Copies))]
    public async Task Of_64_requests_at_once_with_one_key_one_makes_the_call_and_all_get_its_answer(string redisKind, int copies)
    {
        var options = new TestServerOptions
        {
            Postgres = WithPool(await run.CreateDatabaseAsync(), 4),
            Redis = redisKind == "none" ? "127.0.0.1:1" : run.RedisConnectionString(redisKind),
        };
        await using var server = await run.StartServerAsync(options);
        await using var other = copies == 2 ? await run.StartServerAsync(options) : null;
        var tenant = await server.CreateTenantAsync();
        var otherApi = other?.CreateApiClient(tenant.Secret) ?? tenant.Api;
        var body = tenant.ScheduledCall();

        var responses = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? tenant.Api : otherApi).PostAsync("/calls", body, "k1")));

        var first = Assert.Single(responses, response => response.Header("Idempotent-Replayed") is null).ShouldBeNew();
        Assert.All(responses.Where(response => response != first), replay => replay.ShouldReplay(first));
        Assert.Equal((1, 1, 1), await tenant.CountAsync());
    }

    [Fact]
    public async Task Different_keys_do_not_wait_for_each_other()
    {
        var tenant = await run.Shared.CreateTenantAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => tenant.Api.PostAsync("/calls", Call(), $"key {i}")));

        Assert.All(responses, response => response.ShouldBeNew());
        Assert.Equal((32, 0, 32), await tenant.CountAsync());
    }

    [Fact]
    public async Task A_second_request_waits_five_seconds_for_the_first_and_is_then_told_to_come_back()
    {
        var clock = new DelayCountingClock(s_interval);
        var database = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = database, Clock = clock });
        var tenant = await server.CreateTenantAsync();
        await using var first = new NpgsqlConnection(database);
        await first.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await first.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(first, "SELECT pg_advisory_xact_lock($1)", tenant.Seen("k1").LockId);

        var second = tenant.Api.PostAsync("/calls", Call(), "k1");
        for (var waits = 1; waits <= 100; waits++)
        {
            await Patience.UntilAsync($"it waits for the {waits}. time", () => clock.Delays == waits);
            Assert.False(second.IsCompleted);
            clock.Advance(s_interval);
        }

        var refused = (await second).ShouldBeError(409, "CONFLICT");
        Assert.Equal("1", refused.Header("Retry-After"));
        Assert.Equal((0, 0, 0), await tenant.CountAsync());

        // The process that ran the first one has died.
        await first.CloseAsync();
        (await tenant.Api.PostAsync("/calls", Call(), "k1")).ShouldBeNew();
    }

    [Fact]
    public async Task Requests_that_wait_hold_no_connection_and_get_the_answer_when_it_is_there()
    {
        var clock = new DelayCountingClock(s_interval);
        var database = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = WithPool(database, 2), Clock = clock });
        var tenant = await server.CreateTenantAsync();
        await using var obstacle = new NpgsqlConnection(database);
        await obstacle.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await obstacle.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(obstacle, "LOCK TABLE calls IN EXCLUSIVE MODE");

        // The first stands before the obstacle with one of the two connections; nobody moves the clock, so the others stay asleep.
        var requests = Enumerable.Range(0, 10).Select(_ => tenant.Api.PostAsync("/calls", Call(), "k1")).ToList();
        await Patience.UntilAsync("nine of ten wait", () => clock.Delays == 9);
        (await tenant.Api.GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        Assert.DoesNotContain(requests, request => request.IsCompleted);

        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        var first = (await await Task.WhenAny(requests)).ShouldBeNew();
        await Patience.UntilAsync("all are answered", () =>
        {
            clock.Advance(s_interval / 10);
            return requests.TrueForAll(request => request.IsCompleted);
        });
        var all = await Task.WhenAll(requests);
        Assert.Equal(9, all.Count(response => response.Header("Idempotent-Replayed") == "true"));
        Assert.All(all, response => Assert.Equal(first.Text, response.Text));
        Assert.Equal((1, 0, 1), await tenant.CountAsync());
    }

    private static string WithPool(string database, int size) => new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = size }.ConnectionString;

#pragma warning disable CA2100 // The statements are this file's own.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params long[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
#pragma warning restore CA2100
}
