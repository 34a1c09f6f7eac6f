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
            var csv = await Csv.ReadAsync(line.GetRequiredValue(options.File), cancellationToken);
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
            var problems = read.Select(static one => (one.Line, Problem: ImportOptions.ProblemOf(one.Item.Phone))).Where(static one => one.Problem is not null).Select(static one => new ImportProblem(one.Line.Number, one.Problem!)).ToList();
            return await options.RunAsync(
                cli,
                line,
                csv,
                columns,
                "Entries",
                always,
                [.. read.Where(static one => ImportOptions.ProblemOf(one.Item.Phone) is null)],
                problems,
                async (client, batch, key, token) =>
                    [.. (await client.DoNotCall.BlockManyAsync(new BlockNumbersRequest { Entries = batch }, key, token)).Select(static one => new ImportResult(one.Status, one.Error))],
                cancellationToken);
        });
        return import;
    }
}
