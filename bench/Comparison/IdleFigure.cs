using System.Net.Http.Json;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Comparison;

/// <summary>
/// What a copy of the server costs that has nothing to do, beside many organizations: one has its only place taken by a call that goes on,
/// two calls that wait for it, and five hundred for a later day.
/// </summary>
internal static class IdleFigure
{
    private const int Organizations = 11_000;
    private const int Later = 500;

    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(30);

    public static async Task<IEnumerable<Figure>> MeasureAsync(PublishedBuild build, Database database, ComparisonOptions options)
    {
        var tenant = await Tenant.CreateAsync(build, database, maxCalls: 1);
        await using var server = await build.StartAsync(database);
        var http = tenant.At(server);

        // The simulated carrier never tells of a number that ends in 0007.
        await PlaceAsync(http, [new { to = "+14155550007" }]);
        await database.BecomesAsync("EXISTS (SELECT FROM calls WHERE status = 'processing')", Dispatching.Patience);

        await PlaceAsync(http, [new { to = "+14155550019" }, new { to = "+14155550029" }]);
        var scheduledAt = TimeProvider.System.GetUtcNow().AddDays(20);
        await PlaceAsync(http, Enumerable.Range(0, Later).Select(n => new { to = $"+1415666{n:D4}", scheduledAt }));
        await database.ExecuteAsync(
            """
            INSERT INTO organizations
            SELECT (jsonb_populate_record(sample, jsonb_build_object('id', gen_random_uuid(), 'name', 'Organization ' || n))).*
            FROM organizations AS sample, generate_series(1, @count) AS n
            """,
            ("count", Organizations));
        await database.ExecuteAsync("VACUUM (ANALYZE)");
        await Task.Delay(s_settle);

        var processors = new Processors(new Dictionary<string, int>
        {
            ["PostgreSQL"] = database.Cluster.PostgresProcessId,
            ["server"] = server.ProcessId,
        });
        var (_, used) = await processors.MeasureAsync(async () =>
        {
            await Task.Delay(s_time);
            return 0;
        });
        double Share(string process) => used.Seconds[process] / s_time.TotalSeconds * 100;
        return
        [
            Figure.Of(
                "idle beside 11,001 organizations, 502 calls waiting: PostgreSQL, of one core",
                "≤ 2 %",
                build.Name,
                $"{Share("PostgreSQL"):0.0} % (the server itself {Share("server"):0.0} %)",
                used),
        ];
    }

    private static async Task PlaceAsync(HttpClient http, IEnumerable<object> calls)
    {
        using var placed = await http.PostAsJsonAsync("/api/v1/calls/batch", new { defaults = new { from = "+14155559999" }, calls });
        placed.EnsureSuccessStatusCode();
    }
}
