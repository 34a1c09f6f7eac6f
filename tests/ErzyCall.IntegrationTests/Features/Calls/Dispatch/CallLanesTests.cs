using System.Net;
using System.Text.RegularExpressions;
using ErzyCall.Api.Features.Calls.Dispatch;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.Calls.Dispatch;

/// <summary>The two lanes of an organization's queue.</summary>
public sealed partial class CallLanesTests(TestRun run)
{
    [Fact]
    public async Task A_call_that_was_asked_for_alone_does_not_wait_for_a_batch_and_the_batch_has_every_fifth_turn()
    {
        await using var engine = await CallEngine.StartAsync(run, tenant: new TenantOptions { MaxConcurrentCalls = 1 });
        var batch = await BatchAsync(engine, 8);
        var single = await SingleAsync(engine, 9);

        // One call at a time, and one that is cancelled is nobody's turn.
        (await engine.Tenant.Api.PostAsync($"/calls/{single[1]}/cancel", null)).ShouldBe(HttpStatusCode.OK);
        await engine.RunAllAsync();

        Assert.Equal(
            [single[0], single[2], single[3], single[4], batch[0], single[5], single[6], single[7], single[8], .. batch[1..]],
            engine.Dialled);

        // Whose turn it is is known also afterwards: sixteen have been claimed.
        var next = await BatchAsync(engine, 2);
        var others = await SingleAsync(engine, 5);
        await engine.RunAllAsync();
        Assert.Equal([others[0], others[1], others[2], next[0], others[3], others[4], next[1]], engine.Dialled.Skip(16));
    }

    [Fact]
    public async Task A_long_queue_is_served_by_its_index()
    {
        await using var engine = await CallEngine.StartAsync(run, tenant: new TenantOptions { MaxConcurrentCalls = 10 });
        await engine.Tenant.Api.PatchAsync("/calling-policy", """{"maxPerNumber":{"count":3,"hours":24}}""");
        await BatchAsync(engine, 1_000);
        await engine.Server.ExecuteSqlAsync("ALTER TABLE calls SET (autovacuum_enabled = false)");
        await engine.Server.ExecuteSqlAsync(
            """
            SET session_replication_role = replica;
            INSERT INTO calls (
              id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash,
              due_at, deadline_at, transcript, created_at, updated_at,
              is_batched, policy_version, scheduled_at, started_at, carrier, ended_at, ended_reason, fault, retryable)
            SELECT
              gen_random_uuid(), organization_id, made.status, "to", canonical_to, "from", first_message, variable_values, metadata,
              script_hash,
              due_at + made.later, deadline_at + made.later, transcript, created_at, updated_at,
              n % 2 = 0, 1, due_at, made.at, made.carrier, made.at, made.carrier, made.carrier, made.is_over
            FROM (SELECT * FROM calls LIMIT 100) AS calls CROSS JOIN generate_series(1, 100) AS n
            CROSS JOIN (VALUES
              ('scheduled', interval '1 day', NULL::timestamptz, NULL, NULL::boolean),
              ('scheduled', interval '0', NULL, NULL, NULL),
              ('ended', interval '-1 hour', now(), 'x', false)) AS made (status, later, at, carrier, is_over);
            RESET session_replication_role
            """);
        await engine.Server.ExecuteSqlAsync("VACUUM ANALYZE calls");

        var recorder = new CommandRecorder();
        await using var copy = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = engine.Postgres,
            Clock = engine.Clock,
            Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder)),
        });
        Assert.True(await copy.StepAsync<CallDispatchJob>());
        Assert.False(await copy.StepAsync<Api.Features.Calls.Policy.JudgeAnewJob>());

        var queries = recorder.Commands
            .Where(command => !command.SavesRows && OfCalls().IsMatch(command.Sql))
            .ToList();
        Assert.True(queries.Count >= 5, $"Only {queries.Count} of them were recorded.");
        foreach (var query in queries)
        {
            var plan = string.Join('\n', await query.ExplainAsync(copy));
            Assert.False(plan.Contains("Seq Scan on calls", StringComparison.Ordinal), $"{query.Sql}\n{plan}");
            Assert.True(await query.RowsReadAsync(copy) < 500, $"{query.Sql}\n{plan}");
        }
    }

    /// <summary>Each at a time of its own, so that it is known which one is before another.</summary>
    private static async Task<List<string>> SingleAsync(CallEngine engine, int count)
    {
        var calls = new List<string>();
        while (calls.Count < count)
        {
            engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
            calls.Add(await engine.Tenant.PlaceCallAsync());
        }

        return calls;
    }

    private static async Task<List<string>> BatchAsync(CallEngine engine, int count)
    {
        var calls = Enumerable.Range(0, count).Select(n => new { to = $"+1415555{2000 + n}", from = Tenant.From });
        var batch = (await engine.Tenant.Api.PostAsync("/calls/batch", new { calls })).ShouldBe(HttpStatusCode.Created).Data;
        return [.. batch.EnumerateArray().Select(item => item.GetProperty("data").GetProperty("id").GetString()!)];
    }

    [GeneratedRegex(@"\bcalls\b")]
    private static partial Regex OfCalls();
}
