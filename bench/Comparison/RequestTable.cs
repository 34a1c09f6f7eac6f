using ErzyCall.Bench.Load;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench.Comparison;

/// <summary>One run of one path against one server.</summary>
internal sealed record Sample(Load.Load Load, ProcessorTime Time, double ResidentMegabytes)
{
    /// <summary>The microseconds of a process for each request.</summary>
    public double PerRequest(string process) => Time.Seconds[process] * 1_000_000 / Math.Max(1, Load.Requests);
}

/// <summary>The runs of one path: those of a pair followed each other at once.</summary>
internal sealed record PathSamples(RequestPath Path, List<Sample> First, List<Sample> Second)
{
    public IReadOnlyList<double> Ratios =>
        [.. First.Zip(Second, (first, second) => second.Load.PerSecond / first.Load.PerSecond).Order()];
}

/// <summary>Drives two servers in turn, path by path, and makes the table of it.</summary>
/// <param name="first">What is compared with: the floor, or another build.</param>
internal sealed class RequestTable(Server first, Server second, Workload workload, Databases databases, int connections)
{
    private const string Postgres = "PostgreSQL";
    private const string Redis = "Redis";

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(20);

    private readonly Processors _processors = new(new Dictionary<string, int>
    {
        [first.Name] = first.ProcessId,
        [second.Name] = second.ProcessId,
        [Postgres] = databases.PostgresProcessId,
        [Redis] = databases.RedisProcessId,
    });

    /// <summary>
    /// Measures each path on both servers, one right after the other, <paramref name="rounds"/> times; who is first changes each time.
    /// </summary>
    public async Task<IReadOnlyList<PathSamples>> MeasureAsync(IReadOnlyList<RequestPath> paths, int rounds, TimeSpan time)
    {
        var samples = paths.Select(path => new PathSamples(path, [], [])).ToList();
        foreach (var path in paths)
        {
            Progress.Say($"warming up: {path.Title}");
            foreach (var server in (Server[])[first, second])
            {
                await LoadGenerator.RunAsync([server.EndPoint], connections, path.Requests(workload, server), s_warmUp);
            }
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var path in samples)
            {
                Progress.Say($"round {round + 1} of {rounds}: {path.Path.Title}");
                foreach (var isFirst in round % 2 == 0 ? (bool[])[true, false] : [false, true])
                {
                    (isFirst ? path.First : path.Second).Add(await SampleAsync(path.Path, isFirst ? first : second, time));
                }
            }
        }

        return samples;
    }

    public IEnumerable<string> Describe(IReadOnlyList<PathSamples> all)
    {
        var (one, two) = (first.Name, second.Name);
        yield return $"| path | {one} /s | {two} /s | ratio (of pairs) | aim | {one} p50, p99 ms | {two} p50, p99 ms | "
            + $"CPU µs a request: {one}, {two} | {Postgres} | {Redis} | unexpected | others, idle |";
        yield return "|---|---|---|---|---|---|---|---|---|---|---|---|";
        foreach (var path in all)
        {
            double Of(List<Sample> samples, Func<Sample, double> value) => Median.Of(samples.Select(value));
            string Both(Func<Sample, double> value) => Invariant($"{Of(path.First, value):0}, {Of(path.Second, value):0}");
            string Wait(List<Sample> samples) =>
                Invariant($"{Of(samples, sample => sample.Load.P50):0.0}, {Of(samples, sample => sample.Load.P99):0.0}");
            var unexpected = path.First.Concat(path.Second)
                .Sum(sample => sample.Load.Statuses.Where(status => status.Key != path.Path.Status).Sum(status => status.Value));
            var everything = path.First.Concat(path.Second).ToList();
            yield return Invariant($"| {path.Path.Title} | {Of(path.First, sample => sample.Load.PerSecond):0} ")
                + Invariant($"| {Of(path.Second, sample => sample.Load.PerSecond):0} ")
                + Invariant($"| **{Median.Of(path.Ratios):0.00}** ({path.Ratios[0]:0.00}–{path.Ratios[^1]:0.00}) ")
                + (path.Path.Aim is { } aim ? Invariant($"| ≥ {aim:0.00} ") : "| – ")
                + $"| {Wait(path.First)} | {Wait(path.Second)} "
                + Invariant($"| {Of(path.First, sample => sample.PerRequest(one)):0}, {Of(path.Second, sample => sample.PerRequest(two)):0} ")
                + $"| {Both(sample => sample.PerRequest(Postgres))} | {Both(sample => sample.PerRequest(Redis))} | {unexpected} "
                + Invariant($"| {Of(everything, sample => sample.Time.Others) * 100:0} %, {Of(everything, sample => sample.Time.Idle) * 100:0} % |");
        }
    }

    private async Task<Sample> SampleAsync(RequestPath path, Server server, TimeSpan time)
    {
        var (load, used) = await _processors.MeasureAsync(
            () => LoadGenerator.RunAsync([server.EndPoint], connections, path.Requests(workload, server), time));
        return new Sample(load, used, server.ResidentMegabytes);
    }
}

internal static class Median
{
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
