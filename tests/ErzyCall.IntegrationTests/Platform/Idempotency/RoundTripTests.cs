using System.Data.Common;
using System.Net;
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
    public async Task A_key_costs_three_statements_and_two_looks_at_Redis_and_a_replay_next_to_nothing()
    {
        var database = new Commands();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(database)),
        });
        var tenant = await server.CreateTenantAsync();
        await tenant.PlaceCallAsync();
        var redis = new ProfilingSession();
        server.Services.GetRequiredService<IConnectionMultiplexer>().RegisterProfiler(() => redis);
        async Task<(int Database, int Redis)> CostAsync(string? key)
        {
            database.Count = 0;
            redis.FinishProfiling();
            (string, string)[] headers = key is null ? [] : [("Idempotency-Key", key)];
            (await tenant.Api.PostAsync("/calls", Call(), headers)).ShouldBe(HttpStatusCode.Created);
            return (database.Count, redis.FinishProfiling().Count());
        }

        // Who calls is asked of PostgreSQL, and the limits of Redis, whatever comes then.
        var alone = await CostAsync(key: null);
        Assert.Equal((alone.Database + 3, alone.Redis + 2), await CostAsync("k1"));
        Assert.Equal((1, 2), await CostAsync("k1"));

        // The key's lock and its record, and a copy for the next replay.
        Assert.True(await server.Redis().KeyDeleteAsync(Api.Platform.Idempotency.ReplayCache.Key(tenant.Seen("k1"))));
        Assert.Equal((3, 3), await CostAsync("k1"));
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
