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
            var columns = new Columns(csv, line.GetValue(options.Map) ?? new Dictionary<string, string>(), s_fields, hasOwn: false);
            if (!columns.Has(Columns.Phone))
            {
                throw new ToolException($"Say which heading holds the phone: --map phone=…. The file has {string.Join(", ", csv.Headings)}");
            }

            var always = line.GetValue(reason);

            // Whoever is not to be called is not to be called by any of the numbers that are known.
            var read = (
                from one in csv.Lines
                from phone in columns.ReadPhones(one) is { Count: > 0 } phones ? phones : [""]
                select (Line: one, Item: new BlockNumberRequest { Phone = phone, Reason = columns.Read(one, Columns.Reason) is { Length: > 0 } own ? own : always })).ToList();
            List<ImportProblem> problems = [.. from one in read let problem = ImportOptions.ProblemOf(one.Item.Phone) where problem is not null select new ImportProblem(one.Line.Number, problem)];
            cli.Hint(columns.Description);
            if (line.GetValue(options.DryRun))
            {
                return ImportOptions.ReportDry(cli, line, read.Count - problems.Count, problems, "Numbers");
            }

            var client = cli.Connect(line);
            var summary = await new ImportRun(cli, path, csv, $"do-not-call of {(await client.GetMeAsync(cancellationToken)).Organization.Id} {columns.Description} {always}").RunAsync(
                [.. read.Where(static one => ImportOptions.ProblemOf(one.Item.Phone) is null)],
                async (batch, key, token) =>
                    [.. (await client.DoNotCall.BlockManyAsync(new BlockNumbersRequest { Entries = batch }, key, token)).Select(static one => new ImportResult(one.Status, one.Error))],
                cancellationToken);
            summary.Refused.AddRange(problems);
            return ImportOptions.Report(cli, line, summary, "Entries");
        });
        return import;
    }
}
