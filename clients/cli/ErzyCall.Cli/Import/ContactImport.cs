using System.CommandLine;
using ErzyCall.Client;

namespace ErzyCall.Cli.Import;

internal static class ContactImport
{
    /// <summary>Contacts that a dry run shows, to see whether the headings are understood.</summary>
    private const int Shown = 5;

    private static readonly string[] s_fields = [Columns.Title, Columns.FirstName, Columns.LastName, Columns.Phone, Columns.Email, Columns.Notes, Columns.Tags];

    public static Command Command(CommandContext cli)
    {
        var options = new ImportOptions();
        var conflict = new Option<string>("--on-conflict") { Description = "What to do with somebody whose number is known", DefaultValueFactory = static _ => ContactConflictAction.Skip.Value };
        conflict.AcceptOnlyFromAmong([.. ContactConflictAction.All.Select(static one => one.Value)]);
        var import = new Command("import", "Import contacts from a CSV file, such as Google, Outlook and HubSpot export. Broken off, it goes on where it was") { options.File, options.Map, conflict, options.DryRun };
        import.SetAction(async (line, cancellationToken) =>
        {
            var csv = await Csv.ReadAsync(line.GetRequiredValue(options.File), cancellationToken);
            var columns = new Columns(csv, line.GetValue(options.Map) ?? new Dictionary<string, string>(), s_fields, hasOwn: true);
            if (!columns.Has(Columns.Phone) || !(columns.Has(Columns.Title) || columns.Has(Columns.FirstName) || columns.Has(Columns.LastName)))
            {
                throw new ToolException($"Say which headings hold the name and the phone: --map title=… --map phone=…. The file has {string.Join(", ", csv.Headings)}");
            }

            var read = csv.Lines.Select(one => (Line: one, Item: ContactOf(columns, one))).ToList();
            var problems = Problems(read);
            if (line.GetValue(options.DryRun))
            {
                foreach (var (_, contact) in read.Take(Shown))
                {
                    cli.Hint($"{contact.Title}  {contact.Phone}  {contact.Email}  {CommandContext.TextOf(contact.Tags)}");
                }
            }

            var action = new ContactConflictAction(line.GetRequiredValue(conflict));
            var refused = problems.Select(static problem => problem.Line).ToHashSet();
            return await options.RunAsync(
                cli,
                line,
                csv,
                columns,
                "Contacts",
                action.Value,
                [.. read.Where(one => !refused.Contains(one.Line.Number))],
                problems,
                async (client, batch, key, token) =>
                    [.. (await client.Contacts.CreateManyAsync(new CreateContactsRequest { Contacts = batch, OnConflict = action }, key, token)).Select(static one => new ImportResult(one.Status, one.Error))],
                cancellationToken);
        });
        return import;
    }

    private static CreateContactRequest ContactOf(Columns columns, CsvLine line)
    {
        var name = columns.Read(line, Columns.Title) is { Length: > 0 } title ? title : $"{columns.Read(line, Columns.FirstName)} {columns.Read(line, Columns.LastName)}".Trim();
        var tags = columns.Read(line, Columns.Tags).Split([";", ",", " ::: "], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var own = columns.Own.Select(field => (field, Value: columns.Read(line, field))).Where(static one => one.Value.Length > 0).ToDictionary(static one => one.field, static one => one.Value);
        return new CreateContactRequest
        {
            Title = name,
            Phone = columns.ReadPhones(line) is [var phone, ..] ? phone : "",
            Email = Given(columns.Read(line, Columns.Email)),
            Notes = Given(columns.Read(line, Columns.Notes)),
            Tags = tags.Length == 0 ? null : tags,
            CustomFields = own.Count == 0 ? null : own,
        };
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;

    private static List<ImportProblem> Problems(List<(CsvLine Line, CreateContactRequest Item)> read)
    {
        var seen = new Dictionary<string, int>();
        var problems = new List<ImportProblem>();
        foreach (var (line, contact) in read)
        {
            var problem = contact.Title.Length == 0 ? "name: there is none"
                : ImportOptions.ProblemOf(contact.Phone) is { } wrong ? wrong
                : seen.TryGetValue(contact.Phone, out var before) ? $"phone: {contact.Phone} is that of line {before}"
                : null;
            if (problem is not null)
            {
                problems.Add(new ImportProblem(line.Number, problem));
            }
            else
            {
                seen.Add(contact.Phone, line.Number);
            }
        }

        return problems;
    }
}
