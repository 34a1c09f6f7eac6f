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
    /// The server and key of the profile that is named, else those of <c>ERZYCALL_URL</c> and <c>ERZYCALL_API_KEY</c>, else those of the
    /// profile that is meant without a name.
    /// </summary>
    /// <exception cref="ToolException">Nobody has logged in, or only one of the two variables is set.</exception>
    public ErzyCallClient Connect(ParseResult line)
    {
        var (url, key) = (terminal.Variable("ERZYCALL_URL"), terminal.Variable("ERZYCALL_API_KEY"));
        var profile = line.GetValue(Profile) is not null || (string.IsNullOrWhiteSpace(url) && string.IsNullOrWhiteSpace(key)) ? Profiles.Find(ProfileName(line))
            : string.IsNullOrWhiteSpace(url) || string.IsNullOrWhiteSpace(key) ? throw new ToolException("Set both ERZYCALL_URL and ERZYCALL_API_KEY, or none, or name a profile: --profile")
            : new Profile(url.Trim(), key.Trim());
        return terminal.Connect(profile.ToOptions(Clock));
    }

    public string ProfileName(ParseResult line) =>
        line.GetValue(Profile) ?? (terminal.Variable("ERZYCALL_PROFILE") is { Length: > 0 } name ? name : Profiles.Default);

    /// <summary>Tells something that is no result.</summary>
    public void Hint(string text) => terminal.Error.Profile.Out.Writer.WriteLine(Plain(text));

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

    public void PrintJson<T>(T result) => SayAsItIs(JsonSerializer.Serialize(result, s_json));

    /// <summary>A line for programs: what commands a terminal is escaped in JSON, and all else is theirs to the letter.</summary>
    public void SayAsItIs(string json) => terminal.Output.Profile.Out.Writer.WriteLine(json);

    /// <summary>A line, however long: what copies or reads it would stumble over breaks.</summary>
    public void Say(string text) => terminal.Output.Profile.Out.Writer.WriteLine(Plain(text));

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

    /// <summary>
    /// A text without what commands a terminal, begins another line or turns the direction of writing: it may be somebody else's, who would
    /// have it seem another one.
    /// </summary>
    private static string Plain(string text) =>
        string.Concat(text.Select(static letter => char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? ' ' : letter));
}
