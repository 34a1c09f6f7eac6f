using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>What a claim costs does not grow with what waits.</summary>
public sealed class DeliveryPlanTests(TestRun run)
{
    /// <summary>PostgreSQL's statistics are of an empty queue whenever much happens at once: they are renewed within a minute or so, and the plan must be good before.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2_000)]
    public async Task A_long_queue_is_claimed_by_its_indexes_also_while_the_statistics_are_of_an_empty_one(int delivered)
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/"), WebhookSecret.Generate(), "call.started");
        await engine.Server.ExecuteSqlAsync("ALTER TABLE webhook_deliveries SET (autovacuum_enabled = false)");
        await engine.HappenAsync(delivered);
        await engine.PublishAsync();
        await engine.Server.ExecuteSqlAsync("UPDATE webhook_deliveries SET status = 'delivered', next_attempt_at = NULL");
        await engine.Server.ExecuteSqlAsync("ANALYZE webhook_deliveries");
        await engine.HappenAsync(10_000);
        await engine.PublishAsync();

        var recorder = new CommandRecorder();
        await using var copy = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = engine.Postgres,
            Clock = engine.Clock,
            Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder)),
        });
        await copy.InDatabaseAsync(async db =>
        {
            await using var undone = await db.Database.BeginTransactionAsync();
            var endpoints = await db.LockEndpointsInTurnAsync(isCrowded: false, engine.Tenant.Now, CancellationToken.None);
            return await db.ClaimAsync(endpoints, atMost: 100, isCrowded: false, engine.Tenant.Now, CancellationToken.None);
        });

        var queued = recorder.Commands.Where(command => command.Sql.Contains("due_deliveries", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, queued.Count);
        foreach (var command in queued)
        {
            var plan = string.Join('\n', await command.ExplainAsync(copy));
            Assert.Contains("using ix_webhook_deliveries_endpoint_id_next_attempt_at_position on webhook_deliveries delivery", plan, StringComparison.Ordinal);
            Assert.Contains("using ix_webhook_deliveries_endpoint_id_resource_id_position on webhook_deliveries earlier", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan on webhook_deliveries", plan, StringComparison.Ordinal);
            Assert.True(command == queued[0] || plan.Contains("using pk_webhook_deliveries on webhook_deliveries", StringComparison.Ordinal), plan);
        }
    }
}
