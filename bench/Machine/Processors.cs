using System.Globalization;

namespace ErzyCall.Bench.Machine;

/// <summary>
/// Reads from <c>/proc</c> how much processor time each of some processes has taken, and the machine as a whole; so what the machine did
/// besides is known too.
/// </summary>
/// <param name="processes">The processes by the names that they have in the report.</param>
internal sealed class Processors(IReadOnlyDictionary<string, int> processes)
{
    /// <summary>The unit of time in <c>/proc</c>, which is the same on every Linux.</summary>
    private const double TicksASecond = 100;

    private const string Driver = "driver";

    // Where proc(5) has them in stat, counted from the field behind the name, its third.
    private const int Parent = 1;
    private static readonly Range s_itself = 11..13;
    private static readonly Range s_withEndedChildren = 11..15;

    /// <summary>Runs something and tells what it has cost.</summary>
    public async Task<(T Result, ProcessorTime Time)> MeasureAsync<T>(Func<Task<T>> run)
    {
        var before = Read();
        var result = await run();
        var after = Read();
        var used = after.Own.ToDictionary(process => process.Key, process => process.Value - before.Own[process.Key]);
        var (busy, all) = (after.Busy - before.Busy, after.All - before.All);
        return (result, new ProcessorTime(used, Math.Max(0, busy - used.Values.Sum()) / all, 1 - (busy / all)));
    }

    private (Dictionary<string, double> Own, double Busy, double All) Read()
    {
        var running = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Fields: Fields(id)!))
            .Where(process => process.Fields is not null)
            .ToList();
        var own = processes.ToDictionary(
            process => process.Key,
            process => running.Sum(other =>
                other.Id == process.Value ? Seconds(other.Fields[s_withEndedChildren])
                : other.Fields[Parent] == process.Value.ToString(CultureInfo.InvariantCulture) ? Seconds(other.Fields[s_itself])
                : 0));
        own[Driver] = Environment.CpuUsage.TotalTime.TotalSeconds;

        // user, nice, system, idle, iowait, irq, softirq, steal
        var machine = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9];
        var all = Seconds(machine);
        return (own, all - Seconds(machine[3..5]), all);
    }

    private static double Seconds(IEnumerable<string> fields) =>
        fields.Sum(field => double.Parse(field, CultureInfo.InvariantCulture)) / TicksASecond;

    /// <summary>The fields of a process behind its name, which may hold anything; <c>null</c> when it has ended.</summary>
    private static string[]? Fields(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <param name="Seconds">The processor time of each process, by its name.</param>
/// <param name="Others">The share of the machine's time that other processes took.</param>
/// <param name="Idle">The share of the machine's time that nobody took.</param>
internal sealed record ProcessorTime(IReadOnlyDictionary<string, double> Seconds, double Others, double Idle);
