using System.Text.Json;
using ErzyCall.Api.Features.Audit;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.IntegrationTests.Server;
using Npgsql;

namespace ErzyCall.IntegrationTests.Commands;

/// <summary>The audit as an operator, or a test that breaks servers, runs it.</summary>
public sealed class AuditCommandTests(TestRun run)
{
    [Fact]
    public async Task It_ends_with_0_when_every_law_holds_and_with_1_when_one_is_violated_in_whatever_organization()
    {
        var postgres = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres });
        var calls = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            calls.Add(await (await server.CreateTenantAsync()).PlaceCallAsync());
        }

        var healthy = (await RunAsync(postgres, "audit")).ShouldSucceed();
        Assert.Equal(AuditLaws.All.Select(law => law.Name), healthy.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        Assert.Equal("ok", JsonElement.Parse((await RunAsync(postgres, "audit", "--json")).ShouldSucceed().Line).GetProperty("status").GetString());

        await server.ExecuteSqlAsync("UPDATE calls SET due_at = now() - interval '63 minutes', deadline_at = now() - interval '3 minutes'");
        var broken = await CommandProcess.RunAsync("ErzyCall.Api.dll", ["audit", "--json"], ("ConnectionStrings__Postgres", postgres));
        Assert.Equal(1, broken.ExitCode);
        Assert.Equal("Violated: call-dispatch-deadline. Not checked: nothing. What to do about each: docs/audit.md.", broken.Error.Trim());
        var report = JsonElement.Parse(broken.Line);
        Assert.Equal("violated", report.GetProperty("status").GetString());
        var law = Assert.Single(report.GetProperty("laws").EnumerateArray(), law => law.GetProperty("status").GetString() == "violated");
        Assert.Equal(calls.Order(), law.GetProperty("offenders").EnumerateArray().Select(id => id.GetString()!).Order());

        var text = await RunAsync(postgres, "audit");
        Assert.Equal(1, text.ExitCode);
        Assert.Contains($"2: {string.Join(", ", law.GetProperty("offenders").EnumerateArray().Select(id => id.GetString()))}\n", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_looks_back_as_far_as_events_are_kept_or_as_it_is_told_to()
    {
        var postgres = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres });
        var tenant = await server.CreateTenantAsync();
        var call = Id<Call>.Parse(await tenant.PlaceCallAsync()).Value;
        await server.ExecuteSqlAsync(
            $"""
             UPDATE calls SET id = '{Guid.CreateVersion7(tenant.Now.AddDays(-20))}', created_at = created_at - interval '20 days', updated_at = updated_at - interval '20 days', status = 'cancelled',
               ended_at = now(), ended_reason = 'manually-canceled', fault = 'none', retryable = false
             WHERE id = '{call}'
             """);

        Assert.Equal(1, (await RunAsync(postgres, "audit")).ExitCode);
        (await RunAsync(postgres, "audit", "--since", $"{tenant.Now.AddDays(-19):yyyy-MM-dd'T'HH:mm:ss'Z'}")).ShouldSucceed();
    }

    [Fact]
    public async Task It_ends_with_1_when_a_law_could_not_be_checked_in_its_time()
    {
        var postgres = await run.CreateDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(postgres);
        await using var connection = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var locking = new NpgsqlCommand("LOCK TABLE webhook_deliveries IN ACCESS EXCLUSIVE MODE", connection, transaction))
        {
            await locking.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var result = await RunAsync(postgres, "audit", "--json", "--timeout", "1");

        Assert.Equal(1, result.ExitCode);
        var report = JsonElement.Parse(result.Line);
        Assert.Equal("unchecked", report.GetProperty("status").GetString());
        Assert.Equal("unchecked", report.GetProperty("laws").EnumerateArray().Single(law => law.GetProperty("name").GetString() == "delivery-answered").GetProperty("status").GetString());
        Assert.Contains("delivery-answered", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("Violated: nothing. ", result.Error, StringComparison.Ordinal);
    }

    private static Task<CommandResult> RunAsync(string postgres, params string[] args) => CommandInside.RunAsync(postgres, args);
}
