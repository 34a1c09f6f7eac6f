using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ErzyCall.Client;
using Spectre.Console;

namespace ErzyCall.Cli;

/// <summary>What every command needs: the server that it is for, and ways to tell what came of it.</summary>
internal sealed class CommandContext(Terminal terminal)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON, for programs", Recursive = true };

    public static Option<string?> Profile { get; } = new("--profile")
    {
        Description = "Which of the servers and keys that you have logged in with (or ERZYCALL_PROFILE)",
        Recursive = true,
    };

    public Terminal Terminal => terminal;

    public Profiles Profiles { get; } = new(terminal.Folder);

    public TimeProvider Clock => terminal.Clock;

    /// <summary>
    /// The server and key of <c>ERZYCALL_URL</c> and <c>ERZYCALL_API_KEY</c> when both are set, else those of the profile.
    /// </summary>
    /// <exception cref="ToolException">Nobody has logged in.</exception>
    public ErzyCallClient Connect(ParseResult line)
    {
        var profile = terminal.Variable("ERZYCALL_URL") is { Length: > 0 } url && terminal.Variable("ERZYCALL_API_KEY") is { Length: > 0 } key
            ? new Profile(url, key)
            : Profiles.Find(ProfileName(line));
        return terminal.Connect(profile.ToOptions(Clock));
    }

    public string ProfileName(ParseResult line) =>
        line.GetValue(Profile) ?? (terminal.Variable("ERZYCALL_PROFILE") is { Length: > 0 } name ? name : Profiles.Default);

    /// <summary>Tells something that is no result.</summary>
    public void Hint(string text) => terminal.Error.WriteLine(Plain(text));

    /// <summary>Tells why it did not work.</summary>
    public void Explain(string text) => terminal.Error.WriteLine(Plain(text), new Style(Color.Red));

    /// <summary>Prints a result: to programs as it is, to people in words.</summary>
    public void Print<T>(ParseResult line, T result, Action<T> inWords)
    {
        if (line.GetValue(Json))
        {
            PrintJson(result);
        }
        else
        {
            inWords(result);
        }
    }

    public void PrintJson<T>(T result) => Say(JsonSerializer.Serialize(result, s_json));

    public void Say(string text) => terminal.Output.WriteLine(Plain(text));

    /// <summary>Prints a list: to programs as an object with <c>data</c>, to people as a table.</summary>
    /// <param name="none">What to do when there is nothing yet.</param>
    public void PrintList<T>(ParseResult line, IReadOnlyList<T> items, string none, params ReadOnlySpan<(string Heading, Func<T, object?> Cell)> columns)
    {
        if (line.GetValue(Json))
        {
            PrintJson(new { data = items });
            return;
        }

        if (items.Count == 0)
        {
            Hint(none);
            return;
        }

        var table = new Table { Border = TableBorder.None };
        foreach (var (heading, _) in columns)
        {
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))).NoWrap());
        }

        foreach (var item in items)
        {
            var cells = new List<Text>();
            foreach (var (_, cell) in columns)
            {
                cells.Add(new Text(TextOf(cell(item))));
            }

            table.AddRow(cells);
        }

        terminal.Output.Write(table);
    }

    /// <summary>Times are those of whoever reads them.</summary>
    public static string TextOf(object? value) => value switch
    {
        null => "",
        DateTimeOffset time => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        IEnumerable<string> texts => string.Join(", ", texts),
        _ => Plain(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    /// <summary>A text without what commands a terminal: it may be somebody else's.</summary>
    private static string Plain(string text) => string.Concat(text.Where(static letter => !char.IsControl(letter) || letter is '\n' or '\t'));
}
