using System.CommandLine;
using ErzyCall.Cli.Commands;

namespace ErzyCall.Cli.Import;

/// <summary>What every import is told, and how it tells what came of it.</summary>
internal sealed class ImportOptions
{
    public Argument<string> File { get; } = new("FILE") { Description = "A CSV file with headings" };

    public Option<IReadOnlyDictionary<string, string>?> Map { get; } =
        CallCommands.Pairs("--map", "Which heading holds a field: phone=\"Mobile (work)\". A field that there is not becomes a custom field");

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Only show what would be sent, and which lines would be refused" };

    /// <summary>Tells what was refused, line by line, and how many were not.</summary>
    /// <returns>The exit code: 1 when a line was refused.</returns>
    public static int Report(CommandContext cli, ParseResult line, ImportSummary summary, string things)
    {
        foreach (var problem in summary.Refused.OrderBy(static problem => problem.Line))
        {
            cli.Hint($"line {problem.Line}: {problem.Problem}");
        }

        cli.Print(
            line,
            new { summary.Created, summary.Existing, Refused = summary.Refused },
            _ => cli.Say($"{things} created: {summary.Created}, there already: {summary.Existing}, lines refused: {summary.Refused.Count}"));
        return summary.Refused.Count == 0 ? 0 : 1;
    }

    /// <summary>Tells what would be sent, and what would not.</summary>
    /// <returns>The exit code: 1 when a line would be refused.</returns>
    public static int ReportDry(CommandContext cli, ParseResult line, int toSend, IReadOnlyList<ImportProblem> refused, string things)
    {
        foreach (var problem in refused)
        {
            cli.Hint($"line {problem.Line}: {problem.Problem}");
        }

        cli.Print(line, new { ToSend = toSend, Refused = refused }, _ => cli.Say($"{things} to be sent: {toSend}, lines refused: {refused.Count}"));
        return refused.Count == 0 ? 0 : 1;
    }

    /// <summary>What is to be said of a line before anything is sent, or <c>null</c>.</summary>
    public static string? ProblemOf(string phone) =>
        phone.Length == 0 ? "phone: there is none"
        : phone.Length is < 3 or > 16 || phone[0] != '+' || !phone.AsSpan(1).ContainsAnyInRange('0', '9') || phone.AsSpan(1).ContainsAnyExceptInRange('0', '9') ? $"phone: {phone} does not say its country: +14155550100"
        : null;
}
