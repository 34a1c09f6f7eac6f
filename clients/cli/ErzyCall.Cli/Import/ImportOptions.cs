using System.CommandLine;
using ErzyCall.Cli.Commands;
using ErzyCall.Client;

namespace ErzyCall.Cli.Import;

/// <summary>What every import is told, and how it tells what came of it.</summary>
internal sealed class ImportOptions
{
    public Argument<string> File { get; } = new("FILE") { Description = "A CSV file with headings" };

    public Option<IReadOnlyDictionary<string, string>?> Map { get; } =
        CommandOptions.Pairs("--map", "Which heading holds a field: phone=\"Mobile (work)\". A field that there is not becomes a custom field");

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Only show what would be sent, and which lines would be refused" };

    /// <summary>Sends the items of a table, or only tells what would be sent.</summary>
    /// <param name="things">The name of what is made, in the plural.</param>
    /// <param name="settings">What else than the table and its columns decides what is sent.</param>
    /// <param name="items">The lines with what is to be sent of each.</param>
    /// <param name="problems">The lines of which nothing is sent, and why.</param>
    /// <param name="send">Sends a batch with its key.</param>
    /// <returns>The exit code: 1 when a line was refused.</returns>
    public async Task<int> RunAsync<T>(
        CommandContext cli,
        ParseResult line,
        Csv csv,
        Columns columns,
        string things,
        string? settings,
        IReadOnlyList<(CsvLine Line, T Item)> items,
        IReadOnlyList<ImportProblem> problems,
        Func<ErzyCallClient, IReadOnlyList<T>, string, CancellationToken, Task<IReadOnlyList<ImportResult>>> send,
        CancellationToken cancellationToken)
    {
        cli.Hint(columns.Description);
        if (line.GetValue(DryRun))
        {
            return ReportDry(cli, line, items.Count, problems, things);
        }

        var client = cli.Connect(line);
        var organization = (await client.GetMeAsync(cancellationToken)).Organization.Id;
        var summary = await new ImportRun(cli, line.GetRequiredValue(File), csv, $"{things} of {organization} {columns.Description} {settings}")
            .RunAsync(items, (batch, key, token) => send(client, batch, key, token), cancellationToken);
        summary.Refused.AddRange(problems);
        return Report(cli, line, summary, things);
    }

    /// <summary>What is to be said of a line before anything is sent, or <c>null</c>.</summary>
    public static string? ProblemOf(string phone) =>
        phone.Length == 0 ? "phone: there is none"
        : phone.Length is < 3 or > 16 || phone[0] != '+' || !phone.AsSpan(1).ContainsAnyInRange('0', '9') || phone.AsSpan(1).ContainsAnyExceptInRange('0', '9') ? $"phone: {phone} does not say its country: +14155550100"
        : null;

    private static int Report(CommandContext cli, ParseResult line, ImportSummary summary, string things)
    {
        Tell(cli, summary.Refused);
        cli.Print(
            line,
            new { summary.Created, summary.Existing, Refused = summary.Refused },
            _ => cli.Say($"{things} created: {summary.Created}, there already: {summary.Existing}, lines refused: {summary.Refused.Count}"));
        return summary.Refused.Count == 0 ? 0 : 1;
    }

    private static int ReportDry(CommandContext cli, ParseResult line, int toSend, IReadOnlyList<ImportProblem> refused, string things)
    {
        Tell(cli, refused);
        cli.Print(line, new { ToSend = toSend, Refused = refused }, _ => cli.Say($"{things} to be sent: {toSend}, lines refused: {refused.Count}"));
        return refused.Count == 0 ? 0 : 1;
    }

    private static void Tell(CommandContext cli, IReadOnlyList<ImportProblem> problems)
    {
        foreach (var problem in problems.OrderBy(static problem => problem.Line))
        {
            cli.Hint($"line {problem.Line}: {problem.Problem}");
        }
    }
}
