using ErzyCall.Bench.Floor;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Comparison;

/// <summary>The whole measurement: the table of paths, and what no floor is there for.</summary>
internal sealed class Comparing(ComparisonOptions options, Databases databases, PublishedBuild build, PublishedBuild? other, Report report)
{
    private IEnumerable<PublishedBuild> Builds => other is null ? [build] : [other, build];

    public static async Task RunAsync(ComparisonOptions options)
    {
        var unknown = options.Only.Except([.. RequestPath.All.Select(path => path.Name), .. FigureSources.Keys]).ToList();
        if (unknown.Count > 0)
        {
            throw new InvalidOperationException(
                $"--only: {string.Join(", ", unknown)} is none of "
                + $"{string.Join(", ", RequestPath.All.Select(path => path.Name).Concat(FigureSources.Keys))}.");
        }

        await using var folder = new RunFolder();
        Progress.Say("publishing the server");
        var build = await PublishedBuild.PublishAsync(folder.Path);
        await using var databases = await Databases.StartAsync(folder.Path);
        using var report = new Report("comparison", databases, options);
        var comparing = new Comparing(
            options, databases, build, options.Other is { } other ? PublishedBuild.In(other) : null, report);
        await comparing.MeasurePathsAsync();
        await comparing.MeasureFiguresAsync();
    }

    /// <summary>The measurements that are made on each build alone, by their names.</summary>
    private static Dictionary<string, Func<PublishedBuild, Database, ComparisonOptions, Task<IEnumerable<Figure>>>> FigureSources { get; } =
        new()
        {
            ["start"] = StartFigures.MeasureAsync,
            ["memory"] = MemoryFigure.MeasureAsync,
            ["dispatch"] = DispatchFigures.MeasureAsync,
            ["webhooks"] = WebhookFigure.MeasureAsync,
            ["idle"] = IdleFigure.MeasureAsync,
        };

    private async Task MeasurePathsAsync()
    {
        var paths = RequestPath.All.Where(path => options.Has(path.Name)).ToList();
        if (paths.Count == 0)
        {
            return;
        }

        Progress.Say("filling the database");
        var database = await databases.CreateAsync("paths", Builds);
        var contacts = paths.Any(path => path.Name == "search") ? options.Contacts : 0;
        var tenant = await Tenant.CreateAsync(build, database, options.Calls, contacts);
        var workload = await Workload.PrepareAsync(build, tenant);
        await using var second = await build.StartAsync(database);
        await using var first = other is not null
            ? await other.StartAsync(database)
            : await Server.StartAsync(
                FloorServer.Command,
                Programs.Own("ErzyCall.Bench.dll", FloorServer.Command).With(database.Settings),
                Path.Combine(database.Folder, "floor.log"));
        foreach (var difference in await Likeness.CompareAsync(first, second, workload, contacts > 0 ? Workload.Searches : []))
        {
            Progress.Say(difference);
        }

        var table = new RequestTable(first, second, workload, databases, options.Connections);
        var samples = await table.MeasureAsync(paths, options.Rounds, TimeSpan.FromSeconds(options.Seconds));
        report.Add("paths", table.Describe(samples), samples.Select(path => new { path.Path.Name, path.First, path.Second }));
    }

    private async Task MeasureFiguresAsync()
    {
        var figures = new List<Figure>();
        foreach (var (name, measure) in FigureSources.Where(source => options.Has(source.Key)))
        {
            foreach (var one in Builds)
            {
                Progress.Say($"{name}: {one.Name}");
                foreach (var figure in await measure(one, await databases.CreateAsync($"{name}-{one.Name}", one), options))
                {
                    Progress.Say($"  {figure.What}: {figure.Value}");
                    figures.Add(figure);
                }
            }
        }

        if (figures.Count == 0)
        {
            return;
        }

        var names = Builds.Select(one => one.Name).ToList();
        report.Add(
            "figures",
            [
                $"| measured alone | {string.Join(" | ", names)} | aim |",
                $"|---|{string.Concat(names.Select(_ => "---|"))}---|",
                .. figures.GroupBy(figure => figure.What).Select(same =>
                    $"| {same.Key} | {string.Join(" | ", names.Select(one => same.First(figure => figure.Build == one).Value))} "
                    + $"| {same.First().Aim} |"),
            ],
            figures);
    }
}
