using ErzyCall.Bench.Load;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Comparison;

/// <summary>The memory that the server holds while it reads, lists and places calls as fast as it can.</summary>
internal static class MemoryFigure
{
    private const int Parts = 10;

    private static readonly string[] s_paths = ["get", "list", "post"];

    public static async Task<IEnumerable<Figure>> MeasureAsync(PublishedBuild build, Database database, ComparisonOptions options)
    {
        var tenant = await Tenant.CreateAsync(build, database, calls: 10_000);
        var work = await Workload.PrepareAsync(build, tenant);
        await using var server = await build.StartAsync(database);
        var sources = s_paths.Select(name => RequestPath.All.Single(path => path.Name == name).Requests(work, server)).ToList();
        var resident = new List<double>();
        var requests = 0;
        for (var part = 0; part < Parts; part++)
        {
            var load = await LoadGenerator.RunAsync(
                [server.EndPoint],
                options.Connections,
                connection => sources[connection % sources.Count](connection),
                TimeSpan.FromMinutes(options.Minutes) / Parts);
            requests += load.Requests;
            resident.Add(server.ResidentMegabytes);
        }

        return
        [
            Figure.Of(
                Invariant($"resident after {options.Minutes:0.#} minutes of load"),
                "≤ 250 MB after ten, flat",
                build.Name,
                $"{resident[^1]:0} MB after {requests} requests (half way {resident[Parts / 2 - 1]:0} MB)",
                resident),
        ];
    }
}
