using System.Collections.Concurrent;

namespace ErzyCall.FaultTests;

/// <summary>What was promised, and whether it was kept.</summary>
internal sealed class Verdict
{
    private readonly ConcurrentQueue<(string Promise, bool IsKept, string Figures)> _promises = [];

    public void Expect(string promise, bool isKept, string figures = "") => _promises.Enqueue((promise, isKept, figures));

    /// <summary>A promise that is broken by each of <paramref name="offenders"/>.</summary>
    public void ExpectNone(string promise, IReadOnlyCollection<string> offenders, string figures = "") =>
        Expect(promise, offenders.Count == 0, offenders.Count == 0 ? figures : $"{offenders.Count}: {string.Join(", ", offenders.Take(5))}");

    /// <returns>Whether all were kept.</returns>
    public bool Print()
    {
        Console.WriteLine();
        foreach (var (promise, isKept, figures) in _promises)
        {
            Console.WriteLine($"{(isKept ? "kept  " : "BROKEN")}  {promise}{(figures.Length > 0 ? $": {figures}" : "")}");
        }

        return _promises.All(promise => promise.IsKept);
    }
}
