using System.Data.Common;
using System.Net;
using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;
using static ErzyCall.IntegrationTests.Platform.Idempotency.KeyedRequests;

namespace ErzyCall.IntegrationTests.Platform.Idempotency;

/// <summary>What requests cost in round trips to PostgreSQL and Redis.</summary>
public sealed class RoundTripTests(TestRun run)
{
    [Fact]
    public async Task Requests_that_are_sent_often_make_few_round_trips()
    {
        var database = new Commands();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(database)),
        });
        var tenant = await server.CreateTenantAsync();
        var limited = (await tenant.AddKeyAsync(["*"], new RateLimits(1, 1_000))).Api;
        var call = await tenant.PlaceCallAsync();
        await tenant.CreateContactAsync();
        var redis = new ProfilingSession();
        server.Services.GetRequiredService<IConnectionMultiplexer>().RegisterProfiler(() => redis);
        async Task<(int Database, int Redis)> CostAsync(Func<Task> ask)
        {
            // What a session prepares, and when a key was used last, costs once.
            await ask();
            database.Count = 0;
            redis.FinishProfiling();
            await ask();
            return (database.Count, redis.FinishProfiling().Count());
        }

        async Task GetAsync(string path) => (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);
        async Task PostAsync(string? key) =>
            (await tenant.Api.PostAsync("/calls", Call(), key is null ? [] : [("Idempotency-Key", key)])).ShouldBe(HttpStatusCode.Created);
        var keys = 0;

        // In each, PostgreSQL is asked who calls, and Redis for the limits.
        Assert.Equal((2, 1), await CostAsync(() => GetAsync($"/calls/{call}")));
        Assert.Equal((2, 1), await CostAsync(() => GetAsync("/calls?limit=25")));
        Assert.Equal((4, 1), await CostAsync(() => GetAsync("/contacts/search?q=ann")));
        Assert.Equal((3, 1), await CostAsync(() => PostAsync(key: null)));
        Assert.Equal((1, 1), await CostAsync(() => limited.GetAsync("/calls")));

        // Redis is looked at for the limits and for a replay.
        Assert.Equal((6, 2), await CostAsync(() => PostAsync($"k{++keys}")));
        Assert.Equal((1, 2), await CostAsync(() => PostAsync("k1")));

        // The key's lock and its record.
        Assert.True(await server.Redis().KeyDeleteAsync(Api.Platform.Idempotency.ReplayCache.Key(tenant.Seen("k1"))));
        database.Count = 0;
        await PostAsync("k1");
        Assert.Equal(2, database.Count);
    }

    /// <summary>Counts statements, and ends of transactions.</summary>
    private sealed class Commands : DbCommandInterceptor, IDbTransactionInterceptor
    {
        public int Count { get; set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            Count++;
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Count++;
            return ValueTask.FromResult(result);
        }

        public Task TransactionCommittedAsync(
            DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Count++;
            return Task.CompletedTask;
        }
    }
}
