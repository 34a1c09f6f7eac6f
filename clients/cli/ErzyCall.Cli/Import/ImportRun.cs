using System.Text.Json;
using ErzyCall.Client;
using Spectre.Console;

namespace ErzyCall.Cli.Import;

/// <summary>What became of an item that was sent.</summary>
internal sealed record ImportResult(int Status, ErrorBody? Error);

/// <summary>
/// Sends the lines of a table in batches. How far it is stands in a file beside the table, with what the idempotency key of each batch is
/// made of: an import that was broken off goes on where it was, and nothing is made twice. Once it is done, another one of the same table is
/// a new one.
/// </summary>
internal sealed class ImportRun(CommandContext cli, string path, Csv csv, string settings)
{
    private const int BatchSize = 500;

    /// <summary>The size of a batch as it is sent: well below what the server takes.</summary>
    private const int BatchBytes = 1024 * 1024;

    private readonly string _file = $"{path}.progress";

    /// <summary>The same table with the same settings.</summary>
    private readonly string _fingerprint = Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{csv.Fingerprint}\n{settings}")));

    /// <param name="items">The lines with what is to be sent of each.</param>
    /// <param name="send">Sends a batch with its key.</param>
    public async Task<ImportSummary> RunAsync<T>(
        IReadOnlyList<(CsvLine Line, T Item)> items, Func<IReadOnlyList<T>, string, CancellationToken, Task<IReadOnlyList<ImportResult>>> send, CancellationToken cancellationToken)
    {
        using var only = Lock();
        var summary = Resume();
        Save(summary);
        if (summary.Done > 0)
        {
            cli.Hint($"Going on behind item {summary.Done} of {items.Count}.");
        }

        await cli.Terminal.Error.Progress().AutoClear(true).StartAsync(async shown =>
        {
            var task = shown.AddTask("Importing", maxValue: Math.Max(1, items.Count));
            task.Value = summary.Done;
            while (summary.Done < items.Count)
            {
                var batch = NextBatch(items, summary.Done);
                var results = await send([.. batch.Select(static one => one.Item)], $"import-{summary.Run:N}-{summary.Done}", cancellationToken);
                foreach (var (one, result) in batch.Zip(results))
                {
                    summary.Count(one.Line.Number, result);
                }

                summary.Done += batch.Count;
                Save(summary);
                task.Value = summary.Done;
            }
        });
        File.Delete(_file);
        return summary;
    }

    /// <summary>The same whenever it is cut, so that a batch that is sent again is the same.</summary>
    private static List<(CsvLine Line, T Item)> NextBatch<T>(IReadOnlyList<(CsvLine Line, T Item)> items, int from)
    {
        var batch = new List<(CsvLine Line, T Item)>();
        for (var bytes = 0; batch.Count < BatchSize && from + batch.Count < items.Count;)
        {
            var next = items[from + batch.Count];
            bytes += JsonSerializer.SerializeToUtf8Bytes(next.Item).Length;
            if (batch.Count > 0 && bytes > BatchBytes)
            {
                break;
            }

            batch.Add(next);
        }

        return batch;
    }

    /// <exception cref="ToolException">Somebody else imports the same file.</exception>
    private FileStream Lock()
    {
        try
        {
            return new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            throw new ToolException($"{path} is being imported already.");
        }
    }

    private ImportSummary Resume()
    {
        try
        {
            return File.Exists(_file) && JsonSerializer.Deserialize<ImportSummary>(File.ReadAllText(_file)) is { } before && before.Fingerprint == _fingerprint
                ? before
                : new ImportSummary { Fingerprint = _fingerprint };
        }
        catch (JsonException)
        {
            return new ImportSummary { Fingerprint = _fingerprint };
        }
    }

    private void Save(ImportSummary summary)
    {
        File.WriteAllText($"{_file}.new", JsonSerializer.Serialize(summary));
        File.Move($"{_file}.new", _file, overwrite: true);
    }
}

/// <summary>How far an import is and what came of it.</summary>
internal sealed record ImportSummary
{
    public string Fingerprint { get; init; } = "";

    /// <summary>What tells this import from all others.</summary>
    public Guid Run { get; init; } = Guid.NewGuid();

    /// <summary>The items that are behind it, refused ones included.</summary>
    public int Done { get; set; }

    public int Created { get; set; }

    /// <summary>Those that were there already, and were changed or left alone.</summary>
    public int Existing { get; set; }

    public List<ImportProblem> Refused { get; init; } = [];

    public void Count(int line, ImportResult result)
    {
        switch (result)
        {
            case { Error: { } error }:
                Refused.Add(new ImportProblem(line, error.Details is { Count: > 0 } details ? string.Join("; ", details.Select(static one => $"{FieldOf(one.Field)}: {one.Message}")) : error.Message));
                break;
            case { Status: 201 }:
                Created++;
                break;
            default:
                Existing++;
                break;
        }
    }

    /// <summary>The field of an item, whose place in its batch means nothing to whoever has the file.</summary>
    private static string FieldOf(string path) => path.Contains("].", StringComparison.Ordinal) ? path[(path.IndexOf("].", StringComparison.Ordinal) + 2)..] : path;
}

/// <param name="Line">The line in the file.</param>
internal sealed record ImportProblem(int Line, string Problem);
