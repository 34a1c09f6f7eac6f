using System.Diagnostics;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Comparison;

/// <summary>
/// How many calls a second are dialled, ended and published while the simulated carrier takes no time: what the server itself can do. As
/// before every other path, the server has had time to be compiled: by calls that are not counted.
/// </summary>
internal static class DispatchFigures
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(40);

    public static async Task<IEnumerable<Figure>> MeasureAsync(PublishedBuild build, Database database, ComparisonOptions options) =>
    [
        await MeasureAsync(build, database, allowed: 10_000, calls: 10_000, "≥ 1,000/s"),
        await MeasureAsync(build, database, allowed: 10, calls: 2_000, "≥ 500/s"),
    ];

    private static async Task<Figure> MeasureAsync(PublishedBuild build, Database database, int allowed, int calls, string aim)
    {
        var tenant = await Tenant.CreateAsync(build, database, maxCalls: allowed);
        await using var server = await build.StartAsync(database, ("Simulator__Speed", "0"));
        var http = tenant.At(server);
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < s_warmUp;)
        {
            await RunAsync(http, database, calls: 1_000);
        }

        var (ended, published) = await RunAsync(http, database, calls);
        return Figure.Of(
            Invariant($"dispatch of {calls:N0} calls, {allowed:N0} at once, until all have ended"),
            aim,
            build.Name,
            $"{ended:0}/s (until all events are published {published:0}/s)",
            new { allowed, calls, ended, published });
    }

    private static async Task<(double Ended, double Published)> RunAsync(HttpClient http, Database database, int calls)
    {
        var run = Guid.CreateVersion7().ToString();
        await Dispatching.PlaceAsync(http, calls, run);
        return await Dispatching.WhenPublishedAsync(database, calls, run);
    }
}
