using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>What a claim costs does not grow with what waits.</summary>
public sealed class DeliveryPlanTests(TestRun run)
{
    /// <summary>PostgreSQL's statistics are of an empty queue whenever much happens at once: they are renewed within a minute or so, and the plan must be good before.</summary>
    [Fact]
    public async Task A_long_queue_is_claimed_by_its_indexes_also_while_the_statistics_are_of_an_empty_one()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var endpoint = await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/"), WebhookSecret.Generate(), "call.started");
        await engine.Server.ExecuteSqlAsync("ALTER TABLE webhook_deliveries SET (autovacuum_enabled = false)");
        await engine.HappenAsync(1);
        await engine.PublishAsync();
        await engine.Server.ExecuteSqlAsync("UPDATE webhook_deliveries SET status = 'delivered', next_attempt_at = NULL");
        await engine.Server.ExecuteSqlAsync("ANALYZE webhook_deliveries");
        await engine.HappenAsync(10_000);
        await engine.PublishAsync();

        var plan = await ExplainAsync(
            engine.Server, $"SELECT id FROM due_deliveries('2999-01-01') AS delivery WHERE endpoint_id = '{endpoint.Id.Value}' ORDER BY next_attempt_at, position LIMIT 50");

        Assert.Contains("Index Scan using ix_webhook_deliveries_endpoint_id_next_attempt_at_position on webhook_deliveries delivery", plan, StringComparison.Ordinal);
        Assert.Contains("using ix_webhook_deliveries_endpoint_id_resource_id_position on webhook_deliveries earlier", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
    }

    private static async Task<string> ExplainAsync(TestServer server, string query)
    {
        await using var explain = server.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand($"EXPLAIN {query}");
        await using var reader = await explain.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var plan = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            plan.Add(reader.GetString(0));
        }

        return string.Join('\n', plan);
    }
}
