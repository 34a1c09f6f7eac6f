namespace ErzyCall.Api.Commands;

/// <summary>
/// The arguments of a server: settings, <c>--key value</c> or <c>--key=value</c>. .NET itself passes over what it does not know.
/// </summary>
internal static class ServerArguments
{
    /// <summary>The names that settings have in other servers, with their names here.</summary>
    private static readonly Dictionary<string, string> s_synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["port"] = "urls",
        ["host"] = "urls",
        ["listen"] = "urls",
        ["bind"] = "urls",
        ["address"] = "urls",
        ["database"] = "ConnectionStrings:Postgres",
        ["postgres"] = "ConnectionStrings:Postgres",
        ["redis"] = "ConnectionStrings:Redis",
    };

    /// <summary>Explains in one sentence why the arguments are wrong usage; <c>null</c> when they are not.</summary>
    /// <param name="options">The options that may be meant besides settings.</param>
    public static string? Refuse(IReadOnlyList<string> args, IEnumerable<string> options)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var (key, value) = args[i].Split('=', 2) is [var name, var text] ? (name, text) : (args[i], null);
            if (value is "")
            {
                // Sets nothing: hosts pass the sections of their own settings like this.
                continue;
            }

            if (!key.StartsWith('-'))
            {
                return $"'{key}' has no place here: a command stands first, and a server takes settings only, "
                    + "as in '--urls http://localhost:5080'.";
            }

            var setting = key.TrimStart('-');
            if (!key.StartsWith("--", StringComparison.Ordinal) || !KnownSettings.Contains(setting))
            {
                return s_synonyms.TryGetValue(setting, out var meant)
                    ? Nearest.Describe("option", key, [$"--{meant}"])
                    : Nearest.Describe("option", key, [.. options, .. KnownSettings.Names.Select(known => $"--{known}")]);
            }

            if (value is null && ++i == args.Count)
            {
                return $"{key} lacks its value.";
            }
        }

        return null;
    }
}
