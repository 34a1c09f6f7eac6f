using System.Diagnostics;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Comparison;

/// <summary>The time that a started process takes until it can be given requests, and until it has answered the first one.</summary>
internal static class StartFigures
{
    private const int Starts = 7;

    public static async Task<IEnumerable<Figure>> MeasureAsync(PublishedBuild build, Database database, ComparisonOptions options)
    {
        var tenant = await Tenant.CreateAsync(build, database, calls: 1);
        var ready = new List<double>();
        var answered = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            await using var server = await build.StartAsync(database);
            var began = Stopwatch.GetTimestamp();
            using var first = await tenant.At(server).GetAsync(new Uri("/api/v1/calls", UriKind.Relative));
            first.EnsureSuccessStatusCode();
            ready.Add(server.StartedWithin.TotalSeconds);
            answered.Add((server.StartedWithin + Stopwatch.GetElapsedTime(began)).TotalSeconds);
        }

        return
        [
            Figure.Of($"start to ready, median of {Starts}", "≤ 1.0 s", build.Name, $"{Median.Of(ready):0.00} s", ready),
            Figure.Of($"start to the first `GET /calls`, median of {Starts}", "≤ 1.0 s", build.Name, $"{Median.Of(answered):0.00} s", answered),
        ];
    }
}
