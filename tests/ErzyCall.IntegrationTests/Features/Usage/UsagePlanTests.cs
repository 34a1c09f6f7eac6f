using System.Net;
using ErzyCall.Api.Features.Usage;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Features.Usage;

/// <summary>
/// What usage reads depends on the hours and days of its range, not on how many calls there are, also while the statistics are of an empty
/// table: the very statements are run and the rows counted that they look at.
/// </summary>
public sealed class UsagePlanTests(TestRun run)
{
    /// <summary>Some two in an hour for a year.</summary>
    private const int Calls = 20_000;

    /// <summary>
    /// Days with a sum for each of two reasons, 46 hours with as many, and what is at the edges; a row counts once for each step of the plan
    /// that scans it.
    /// </summary>
    private const int Bound = 4 * ((366 * 2) + (46 * 2) + 20);

    [Fact]
    public async Task A_year_of_many_calls_is_read_from_its_sums()
    {
        var recorder = new CommandRecorder();
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = await run.CreateDatabaseAsync(),
            Services = services => services.ConfigureDbContext<ErzyCallDbContext>(db => db.AddInterceptors(recorder)),
        });
        var tenant = await server.CreateTenantAsync();
        await server.ExecuteSqlAsync(
            """
            ALTER TABLE calls SET (autovacuum_enabled = false);
            ALTER TABLE usage_sums SET (autovacuum_enabled = false);
            ALTER TABLE usage_changes SET (autovacuum_enabled = false)
            """);
        await server.ExecuteSqlAsync("ANALYZE");
        await FillAsync(tenant, Calls, waiting: 3);
        await FillAsync(await server.CreateTenantAsync(), Calls / 10, waiting: 500);
        await server.RunAsync<AddUpUsageJob>();
        await CheckAsync();
        await server.ExecuteSqlAsync("ANALYZE");
        await CheckAsync();

        async Task CheckAsync()
        {
            foreach (var query in (string[])["", "&groupBy=day"])
            {
                recorder.Commands.Clear();
                var usage = (await tenant.Api.GetAsync($"/usage?from={tenant.Now.AddDays(-366).AddMinutes(1):yyyy-MM-dd'T'HH:mm:ss'Z'}{query}"))
                    .ShouldBe(HttpStatusCode.OK).Data;
                var calls = usage.GetProperty("calls");
                Assert.Equal(
                    (Calls + 3, 3),
                    (calls.GetProperty("total").GetInt32(), calls.GetProperty("byStatus").GetProperty("scheduled").GetInt32() + 1));
                var command = Assert.Single(recorder.Commands, command => command.Sql.Contains("usage_sums", StringComparison.Ordinal));
                var read = await command.RowsReadAsync(server);
                Assert.True(read <= Bound, $"{read} rows are read:\n{string.Join('\n', await command.ExplainAsync(server))}");
            }
        }
    }

    /// <summary>Calls that are over, evenly over a year, and some that are not.</summary>
    private static async Task FillAsync(Tenant tenant, int calls, int waiting)
    {
        var model = Id<Api.Features.Calls.Call>.Parse(await tenant.PlaceCallAsync("+14155550002")).Value;
        var at = $"'{tenant.Now:O}'::timestamptz - n * interval '366 days' / {calls}";
        await tenant.Server.ExecuteSqlAsync(
            $$"""
              INSERT INTO calls (id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash,
                due_at, deadline_at, carrier, started_at,
                ended_at, duration, ended_reason, fault, retryable, transcript, created_at, updated_at)
              SELECT gen_random_uuid(), organization_id, 'ended', "to", canonical_to, "from", first_message, variable_values, metadata, script_hash,
                due_at, due_at, 'simulator', {{at}},
                {{at}}, 5, CASE n % 2 WHEN 0 THEN 'voicemail' ELSE 'customer-busy' END, 'none', false, '[]', {{at}}, {{at}}
              FROM calls, generate_series(0, {{calls}} - 1) AS n WHERE id = '{{model}}';
              INSERT INTO calls (id, organization_id, status, "to", canonical_to, "from", first_message, variable_values, metadata, script_hash,
                due_at, deadline_at, transcript, created_at, updated_at)
              SELECT gen_random_uuid(), organization_id, 'scheduled', "to", canonical_to, "from", first_message, variable_values, metadata,
                script_hash, due_at + interval '1 year', due_at + interval '1 year', '[]', {{at}}, {{at}}
              FROM calls, generate_series(1, {{waiting}} - 1) AS n WHERE id = '{{model}}'
              """);
    }
}
