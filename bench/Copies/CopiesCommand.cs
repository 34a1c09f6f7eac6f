using System.CommandLine;
using ErzyCall.Bench.Comparison;
using ErzyCall.Bench.Load;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Copies;

/// <summary>
/// Measures one copy of the server, two, three, on one PostgreSQL and one Redis, with the same number of clients shared out among them. On
/// one machine more copies bring no more processors: what shows is whether they hold each other up.
/// </summary>
internal static class CopiesCommand
{
    private const string Postgres = "PostgreSQL";

    private static readonly string[] s_paths = ["get", "list", "post", "replay"];

    private static readonly Option<int> s_copies = Number("--copies", "The largest number of copies", 3);
    private static readonly Option<int> s_rounds = Number("--rounds", "Rounds", 5);
    private static readonly Option<int> s_connections = Number("--connections", "Clients at once, of all copies together", 64);
    private static readonly Option<double> s_seconds =
        new("--seconds") { Description = "Seconds of each run", DefaultValueFactory = _ => 4 };

    public static Command Create()
    {
        var command = new Command("copies", "Measure several copies of the server on one PostgreSQL")
        {
            s_copies, s_rounds, s_connections, s_seconds,
        };
        command.SetAction((line, _) => RunAsync(
            line.GetValue(s_copies), line.GetValue(s_rounds), line.GetValue(s_connections), TimeSpan.FromSeconds(line.GetValue(s_seconds))));
        return command;
    }

    private static async Task RunAsync(int most, int rounds, int connections, TimeSpan time)
    {
        await using var folder = new RunFolder();
        Progress.Say("publishing the server");
        var build = await PublishedBuild.PublishAsync(folder.Path);
        await using var databases = await Databases.StartAsync(folder.Path);
        using var report = new Report("copies", databases, new { most, rounds, connections, time });
        var database = await databases.CreateAsync("copies", build);
        var tenant = await Tenant.CreateAsync(build, database, calls: 100_000);
        var workload = await Workload.PrepareAsync(build, tenant);
        var servers = new List<Server>();
        try
        {
            for (var i = 0; i < most; i++)
            {
                servers.Add(await build.StartAsync(database));
            }

            var processors = new Processors(servers.Index().ToDictionary(copy => $"copy {copy.Index + 1}", copy => copy.Item.ProcessId)
                .Append(new(Postgres, databases.PostgresProcessId))
                .ToDictionary());
            var found = new Dictionary<(string Path, int Copies), List<Sample>>();
            var paths = RequestPath.All.Where(path => s_paths.Contains(path.Name)).ToList();

            // The first round is not counted: every copy is still being compiled.
            for (var round = -1; round < rounds; round++)
            {
                foreach (var path in paths)
                {
                    Progress.Say($"round {round + 1} of {rounds}: {path.Title}");
                    foreach (var copies in Enumerable.Range(1, most))
                    {
                        var (load, used) = await processors.MeasureAsync(() => LoadGenerator.RunAsync(
                            [.. servers.Take(copies).Select(server => server.EndPoint)], connections, path.Requests(workload, servers[0]), time));
                        if (round >= 0)
                        {
                            var samples = found.TryGetValue((path.Name, copies), out var known) ? known : found[(path.Name, copies)] = [];
                            samples.Add(new Sample(load, used, servers.Take(copies).Sum(server => server.ResidentMegabytes)));
                        }
                    }
                }
            }

            report.Add("copies", Describe(paths, most, found), found.Select(one => new { one.Key.Path, one.Key.Copies, Samples = one.Value }));
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static IEnumerable<string> Describe(
        IReadOnlyList<RequestPath> paths, int most, Dictionary<(string Path, int Copies), List<Sample>> found)
    {
        var copies = Enumerable.Range(1, most).ToList();
        yield return "| path, requests a second (PostgreSQL, CPU µs a request) | "
            + $"{string.Join(" | ", copies.Select(n => n == 1 ? "1 copy" : $"{n} copies"))} |";
        yield return $"|---|{string.Concat(copies.Select(_ => "---|"))}";
        foreach (var path in paths)
        {
            var cells = copies.Select(n => found[(path.Name, n)]).Select(samples =>
                Invariant($"{Median.Of(samples.Select(sample => sample.Load.PerSecond)):0} ")
                + Invariant($"({Median.Of(samples.Select(sample => sample.PerRequest(Postgres))):0})"));
            yield return $"| {path.Title} | {string.Join(" | ", cells)} |";
        }
    }

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
