using System.Runtime.InteropServices;
using System.Text.Json;
using ErzyCall.Bench.Machine;

namespace ErzyCall.Bench;

/// <summary>What a run has found: printed as tables while it goes on, and kept as JSON with every single number.</summary>
internal sealed class Report : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly DateTimeOffset _began = DateTimeOffset.UtcNow;
    private readonly Dictionary<string, object?> _found = [];
    private readonly string _file;

    public Report(string name, Databases databases, object options)
    {
        _file = Path.Combine(
            Programs.Root,
            "bench",
            "results",
            Invariant($"{_began:yyyy-MM-dd'T'HH-mm-ss}-{name}.json"));
        _found["began"] = _began;
        _found["commandLine"] = Environment.GetCommandLineArgs()[1..];
        _found["options"] = options;
        _found["machine"] = new
        {
            processors = Environment.ProcessorCount,
            system = RuntimeInformation.OSDescription,
            dotnet = RuntimeInformation.FrameworkDescription,
            redis = databases.RedisKind,
        };
    }

    /// <summary>Prints a line of a table whose lines take long.</summary>
    public static void Print(string line) => Console.WriteLine(line);

    /// <summary>Prints a table, and keeps what it was made of.</summary>
    public void Add(string name, IEnumerable<string> table, object raw)
    {
        foreach (var line in table.Append(""))
        {
            Print(line);
        }

        _found[name] = raw;
        Save();
    }

    public void Dispose()
    {
        Save();
        Progress.Say($"{DateTimeOffset.UtcNow - _began:mm\\:ss} minutes; every number is in {_file}");
    }

    private void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        File.WriteAllText(_file, JsonSerializer.Serialize(_found, s_json));
    }
}
