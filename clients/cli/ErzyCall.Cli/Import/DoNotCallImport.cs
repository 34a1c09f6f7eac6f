using System.CommandLine;
using ErzyCall.Client;

namespace ErzyCall.Cli.Import;

internal static class DoNotCallImport
{
    private static readonly string[] s_fields = [Columns.Phone, Columns.Reason];

    public static Command Command(CommandContext cli)
    {
        var options = new ImportOptions();
        var reason = new Option<string?>("--reason") { Description = "Why, for lines that do not say it" };
        var import = new Command("import", "Enter the numbers of a CSV file. Broken off, it goes on where it was") { options.File, options.Map, reason, options.DryRun };
        import.SetAction(async (line, cancellationToken) =>
        {
            var path = line.GetRequiredValue(options.File);
            var csv = await Csv.ReadAsync(path, cancellationToken);
            var columns = new Columns(csv, line.GetValue(options.Map) ?? new Dictionary<string, string>(), s_fields);
            if (!columns.Has(Columns.Phone))
            {
                throw new ToolException($"Say which heading holds the phone: --map phone=…. The file has {string.Join(", ", csv.Headings)}");
            }

            var always = line.GetValue(reason);
            var read = csv.Lines.Select(one => (Line: one, Item: new BlockNumberRequest
            {
                Phone = columns.ReadPhone(one),
                Reason = columns.Read(one, Columns.Reason) is { Length: > 0 } own ? own : always,
            })).ToList();
            List<ImportProblem> problems = [.. from one in read let problem = ImportOptions.ProblemOf(one.Item.Phone) where problem is not null select new ImportProblem(one.Line.Number, problem)];
            if (line.GetValue(options.DryRun))
            {
                problems.ForEach(problem => cli.Hint($"line {problem.Line}: {problem.Problem}"));
                cli.Hint($"Numbers to be sent: {read.Count - problems.Count}, lines refused: {problems.Count}");
                return problems.Count == 0 ? 0 : 1;
            }

            var client = cli.Connect(line);
            var skipped = problems.Select(static problem => problem.Line).ToHashSet();
            var summary = await new ImportRun(cli, path, csv, $"{columns.Description} {always}").RunAsync(
                [.. read.Where(one => !skipped.Contains(one.Line.Number))],
                async (batch, key, token) =>
                    [.. (await client.DoNotCall.BlockManyAsync(new BlockNumbersRequest { Entries = batch }, key, token)).Select(static one => new ImportResult(one.Status, one.Error))],
                cancellationToken);
            summary.Refused.AddRange(problems);
            return ImportOptions.Report(cli, line, summary, "Entries");
        });
        return import;
    }
}
