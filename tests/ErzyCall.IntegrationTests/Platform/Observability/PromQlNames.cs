using System.Text.Json;
using System.Text.RegularExpressions;

namespace ErzyCall.IntegrationTests.Platform.Observability;

/// <summary>The metrics that a file for Prometheus or Grafana asks for.</summary>
internal static partial class PromQlNames
{
    private static readonly HashSet<string> s_words = ["and", "or", "unless", "offset", "bool"];

    /// <summary>The names in the rules of a file with alerts, whose expressions are folded blocks.</summary>
    public static IReadOnlySet<string> OfRules(string yaml) => Of(Block().Matches(yaml).Select(block => block.Groups["expression"].Value));

    /// <summary>The names in the panels of a dashboard.</summary>
    public static IReadOnlySet<string> OfDashboard(string json)
    {
        using var dashboard = JsonDocument.Parse(json);
        return Of(dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.TryGetProperty("targets", out var targets) ? targets.EnumerateArray().ToList() : [])
            .Select(target => target.GetProperty("expr").GetString()!));
    }

    private static HashSet<string> Of(IEnumerable<string> expressions) =>
    [
        .. expressions
            .Select(expression => Labels().Replace(expression, " "))
            .SelectMany(expression => Name().Matches(expression).Select(match => match.Value))
            .Where(name => !s_words.Contains(name)),
    ];

    // What may stand in braces, brackets, quotes or behind "by" is no name of a metric.
    [GeneratedRegex("""\{[^{}]*\}|\[[^\[\]]*\]|"[^"]*"|\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)""")]
    private static partial Regex Labels();

    // A name that is no function, and no unit of a time such as the m of 5m.
    [GeneratedRegex(@"(?<![A-Za-z0-9_:$.])[A-Za-z_:][A-Za-z0-9_:]*(?![A-Za-z0-9_:])(?!\s*\()")]
    private static partial Regex Name();

    [GeneratedRegex(@"^(?<indent> +)expr: >-\n(?<expression>(\k<indent> +.*\n)+)", RegexOptions.Multiline)]
    private static partial Regex Block();
}
