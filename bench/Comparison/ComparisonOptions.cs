using System.CommandLine;

namespace ErzyCall.Bench.Comparison;

/// <param name="Only">The names of what is measured; all when there is none.</param>
/// <param name="Calls">The finished calls that the organization has.</param>
/// <param name="Other">The folder of another published build, which then stands in the floor's place.</param>
/// <param name="Minutes">How long the server is under load before its memory is read.</param>
internal sealed record ComparisonOptions(
    IReadOnlyList<string> Only, int Rounds, double Seconds, int Connections, int Calls, int Contacts, string? Other, double Minutes)
{
    private static readonly Option<string?> s_only = new("--only") { Description = "What to measure, e.g. \"get,post,dispatch\"" };
    private static readonly Option<int> s_rounds = Number("--rounds", "Rounds of the paths", 5);
    private static readonly Option<double> s_seconds = Number("--seconds", "Seconds of each run of a path", 4.0);
    private static readonly Option<int> s_connections = Number("--connections", "Clients at once", 64);
    private static readonly Option<int> s_calls = Number("--calls", "Finished calls in the database", 100_000);
    private static readonly Option<int> s_contacts = Number("--contacts", "Contacts that are searched", 1_000_000);
    private static readonly Option<double> s_minutes = Number("--minutes", "Minutes of load before memory is read", 1.0);
    private static readonly Option<string?> s_other = new("--server")
    {
        Description = "Folder of another published build, to compare with in place of the floor",
    };

    public static IEnumerable<Option> All { get; } =
        [s_only, s_rounds, s_seconds, s_connections, s_calls, s_contacts, s_minutes, s_other];

    public static ComparisonOptions Of(ParseResult line) => new(
        line.GetValue(s_only)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
        line.GetValue(s_rounds),
        line.GetValue(s_seconds),
        line.GetValue(s_connections),
        line.GetValue(s_calls),
        line.GetValue(s_contacts),
        line.GetValue(s_other),
        line.GetValue(s_minutes));

    public bool Has(string name) => Only.Count == 0 || Only.Contains(name);

    private static Option<T> Number<T>(string name, string description, T value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
