using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>What a step costs does not grow with what waits.</summary>
public sealed partial class DeliveryPlanTests(TestRun run)
{
    /// <summary>
    /// PostgreSQL's statistics are of an empty queue whenever much happens at once: they are renewed within a minute or so, and the plans must be good before.
    /// They are at their worst after a vacuum that found nothing alive in a table of many pages: whatever is in it later is taken for one row.
    /// </summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2_000, false)]
    [InlineData(2_000, true)]
    public async Task A_long_queue_is_served_by_its_indexes_also_while_the_statistics_are_of_an_empty_one(int delivered, bool isForgotten)
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/"), WebhookSecret.Generate(), "call.started");
        await engine.Server.ExecuteSqlAsync("ALTER TABLE webhook_deliveries SET (autovacuum_enabled = false)");
        await engine.Server.ExecuteSqlAsync("ALTER TABLE events SET (autovacuum_enabled = false)");
        await engine.HappenAsync(delivered);
        await engine.PublishAsync();
        await engine.Server.ExecuteSqlAsync("UPDATE webhook_deliveries SET status = 'delivered', next_attempt_at = NULL");
        if (isForgotten)
        {
            await engine.Server.ExecuteSqlAsync("DELETE FROM events");
        }

        await engine.Server.ExecuteSqlAsync("VACUUM (ANALYZE, TRUNCATE false) events, webhook_deliveries");
        await engine.HappenAsync(10_000);
        await engine.PublishAsync();
        await engine.HappenAsync(100);

        var recorder = new CommandRecorder();
        await using var copy = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = engine.Postgres,
            Clock = engine.Clock,
            Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder)),
        });
        Assert.True(await copy.StepAsync<PublishEventsJob>());
        await copy.InDatabaseAsync(async db =>
        {
            await using var undone = await db.Database.BeginTransactionAsync();
            var endpoints = await db.LockEndpointsInTurnAsync(isCrowded: false, passedOver: [], engine.Tenant.Now, CancellationToken.None);
            var claimed = await db.ClaimAsync(endpoints, atMost: 100, isCrowded: false, passedOver: [], engine.Tenant.Now, CancellationToken.None);
            Assert.NotEmpty(claimed);
            await db.RecordAsync(
                [.. claimed.Select(delivery => new AttemptResult(delivery, new WebhookAnswer(200, Error: null, TimeSpan.Zero, Body: null, RetryAfter: null)))], waitsForLocks: true, engine.Tenant.Now, CancellationToken.None);
            return true;
        });

        var commands = recorder.Commands.Where(command => OfTheQueue().IsMatch(command.Sql)).ToList();
        Assert.Equal(7, commands.Count);
        var settings = Assert.Single(recorder.Commands, command => command.Sql.StartsWith("SET LOCAL", StringComparison.Ordinal)).Sql;
        foreach (var command in commands)
        {
            var plan = string.Join('\n', await command.ExplainAsync(copy, command == commands[^1] ? settings : ""));
            Assert.DoesNotMatch(WholeTable(), plan);
            Assert.DoesNotMatch(WholeIndex(), plan);
            Assert.All(IndexOfDeliveries().Matches(plan).Select(use => use.Groups["index"].Value), index => Assert.Contains(index, s_ofTheQueue));
        }
    }

    private static readonly string[] s_ofTheQueue =
    [
        "pk_webhook_deliveries",
        "ix_webhook_deliveries_endpoint_id_next_attempt_at_position",
        "ix_webhook_deliveries_endpoint_id_resource_id_position",
        "ix_webhook_deliveries_endpoint_id_leased_until",
    ];

    [GeneratedRegex(@"\b(webhook_deliveries|events)\b")]
    private static partial Regex OfTheQueue();

    [GeneratedRegex("Seq Scan on (webhook_deliveries|events)")]
    private static partial Regex WholeTable();

    [GeneratedRegex(@"using (?:pk|ix)_(?:webhook_deliveries|events)\w* on [^\n]*\n(?! *Index Cond)")]
    private static partial Regex WholeIndex();

    [GeneratedRegex("(?:using|Bitmap Index Scan on) (?<index>(?:pk|ix)_webhook_deliveries\\w*)")]
    private static partial Regex IndexOfDeliveries();
}
