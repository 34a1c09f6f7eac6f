using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ErzyCall.IntegrationTests.Features.Calls.Dispatch;

/// <summary>A queue is looked into when something in it can be claimed, whoever is just changing that.</summary>
public sealed class CallQueueTests(TestRun run)
{
    [Fact]
    public async Task A_call_that_is_being_placed_while_the_queue_is_put_off_is_found_afterwards()
    {
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier());
        var first = await engine.Tenant.PlaceCallAsync();
        await using var placing = await OtherTransaction.BeginAsync(engine.Server);
        var second = Guid.CreateVersion7();
        await placing.ExecuteAsync(
            $"""
             INSERT INTO calls (id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash, due_at, deadline_at, transcript, created_at, updated_at)
             SELECT '{second}', organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash, due_at, deadline_at, transcript, created_at, updated_at
             FROM calls
             """);

        await engine.DispatchAsync();
        Assert.Equal(("processing", null), await engine.StateOfAsync(first));
        await placing.CommitAsync();
        await engine.DispatchAsync();

        Assert.Equal(("processing", null), await engine.StateOfAsync(new Id<Call>(second).ToString()));
        Assert.Null((await QueueAsync(engine)).FirstDueAt);
    }

    [Fact]
    public async Task Room_that_is_being_made_while_the_queue_is_put_off_is_found_afterwards()
    {
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier(), new TenantOptions { MaxConcurrentCalls = 1 });
        var first = await engine.Tenant.PlaceCallAsync();
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var second = await engine.Tenant.PlaceCallAsync();
        await engine.DispatchAsync();
        Assert.True((await QueueAsync(engine)).AwaitsRoom);
        await engine.Server.ExecuteSqlAsync("UPDATE call_queues SET awaits_room = false");
        await using var ending = await OtherTransaction.BeginAsync(engine.Server);
        await ending.ExecuteAsync(
            $"UPDATE calls SET status = 'error', next_look_at = NULL, ended_at = now(), ended_reason = 'x', fault = 'none', retryable = false WHERE id = '{Id<Call>.Parse(first).Value}'");

        await engine.DispatchAsync();
        Assert.Equal(("new", null), await engine.StateOfAsync(second));
        await ending.CommitAsync();
        await engine.DispatchAsync();

        Assert.Equal(("processing", null), await engine.StateOfAsync(second));
    }

    [Fact]
    public async Task A_queue_that_awaits_room_is_looked_into_when_there_is_some()
    {
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier(), new TenantOptions { MaxConcurrentCalls = 1 });
        var calls = new List<string>();
        for (var call = 0; call < 4; call++)
        {
            calls.Add(await engine.Tenant.PlaceCallAsync());
            engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await engine.DispatchAsync();
        Assert.False(await engine.Server.StepAsync<CallDispatchJob>());
        await engine.ReportEndAsync(calls[0]);
        await engine.DispatchAsync();
        Assert.Equal(("processing", null), await engine.StateOfAsync(calls[1]));

        await engine.Server.InDatabaseAsync(db => db.Organizations.ExecuteUpdateAsync(row => row.SetProperty(raised => raised.MaxConcurrentCalls, 2)));
        await engine.DispatchAsync();
        Assert.Equal(("processing", null), await engine.StateOfAsync(calls[2]));

        // What ends without its carrier makes room too.
        engine.Clock.Advance(TimeSpan.FromMinutes(32));
        await engine.Server.RunAsync<ReconcileCallsJob>();
        await engine.DispatchAsync();
        Assert.Equal(("processing", null), await engine.StateOfAsync(calls[3]));
    }

    [Fact]
    public async Task A_queue_in_which_nothing_can_be_claimed_holds_up_no_other()
    {
        await using var engine = await CallEngine.StartAsync(run, new ScriptedCarrier());
        await engine.Tenant.PlaceCallAsync();
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var other = await engine.Server.CreateTenantAsync();
        var others = await other.PlaceCallAsync();

        // Somebody holds the only call of the first queue in its turn, and lets it go as it was.
        await using (var holding = await OtherTransaction.BeginAsync(engine.Server))
        {
            await holding.ExecuteAsync($"SELECT FROM calls WHERE organization_id = '{engine.Tenant.Organization.Id.Value}' FOR UPDATE");
            Assert.True(await engine.Server.StepAsync<CallDispatchJob>());
            Assert.Equal("processing", (await other.GetCallAsync(others)).GetProperty("status").GetString());
        }

        Assert.True(await engine.Server.StepAsync<CallDispatchJob>());
        Assert.False(await engine.Server.StepAsync<CallDispatchJob>());
        Assert.True(await engine.Server.InDatabaseAsync(db => db.CallQueues.AllAsync(queue => queue.FirstDueAt == null)));
    }

    private static Task<CallQueue> QueueAsync(CallEngine engine) =>
        engine.Server.InDatabaseAsync(db => db.CallQueues.AsNoTracking().SingleAsync(queue => queue.OrganizationId == engine.Tenant.Organization.Id));

    /// <summary>A transaction of somebody else.</summary>
    private sealed class OtherTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public static async Task<OtherTransaction> BeginAsync(TestServer server)
        {
            var connection = await server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(TestContext.Current.CancellationToken);
            return new OtherTransaction(connection, await connection.BeginTransactionAsync(TestContext.Current.CancellationToken));
        }

        public async Task ExecuteAsync(string sql)
        {
#pragma warning disable CA2100 // The text is the test's own.
            await using var command = new NpgsqlCommand(sql, connection, transaction);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        public Task CommitAsync() => transaction.CommitAsync(TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
