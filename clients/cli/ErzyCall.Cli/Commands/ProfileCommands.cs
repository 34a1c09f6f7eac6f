using System.CommandLine;
using ErzyCall.Client;
using Spectre.Console;

namespace ErzyCall.Cli.Commands;

/// <summary>Which servers and keys there are.</summary>
internal static class ProfileCommands
{
    public static Command Login(CommandContext cli)
    {
        var url = new Option<string>("--url") { Description = "The server's address, such as https://voice.example.com", Required = true };
        var login = new Command("login", "Keep a server and a key, which is asked for, or read from ERZYCALL_API_KEY or standard input") { url };
        login.SetAction(async (line, cancellationToken) =>
        {
            var name = cli.ProfileName(line);
            var profile = new Profile(line.GetRequiredValue(url), await ReadKeyAsync(cli, cancellationToken));
            var me = await cli.Terminal.Connect(profile.ToOptions(cli.Clock)).GetMeAsync(cancellationToken);
            cli.Profiles.Save(name, profile);
            cli.Print(line, me, _ => cli.Say($"Logged in to {me.Organization.Name} ({me.Organization.Mode}) with the key {me.Key.Name}, as profile {name}."));
        });
        return login;
    }

    public static Command Logout(CommandContext cli)
    {
        var logout = new Command("logout", "Forget the server and key of a profile. The key itself is not revoked");
        logout.SetAction(line =>
        {
            var name = cli.ProfileName(line);
            cli.Hint(cli.Profiles.Remove(name) ? $"Profile {name} is gone." : throw new ToolException($"There is no profile {name}."));
        });
        return logout;
    }

    public static Command List(CommandContext cli)
    {
        var list = new Command("profiles", "List what you have logged in with");
        list.SetAction(line => cli.PrintList(
            line,
            [.. cli.Profiles.All.Where(static one => one.Value is { Url: not null, ApiKey: not null }).Select(static one => new { Name = one.Key, one.Value.Url, Key = $"{one.Value.ApiKey[..Math.Min(12, one.Value.ApiKey.Length)]}…" })],
            "There is none: erzycall login",
            ("NAME", static one => one.Name),
            ("URL", static one => one.Url),
            ("KEY", static one => one.Key)));
        return list;
    }

    private static async Task<string> ReadKeyAsync(CommandContext cli, CancellationToken cancellationToken)
    {
        var key = cli.Terminal.Variable("ERZYCALL_API_KEY") is { Length: > 0 } given ? given
            : cli.Terminal.IsInteractive ? await cli.Terminal.Error.PromptAsync(new TextPrompt<string>("API key:").Secret(), cancellationToken)
            : await cli.Terminal.Input.ReadLineAsync(cancellationToken);
        return string.IsNullOrWhiteSpace(key) ? throw new ToolException("There is no key. Write it to standard input, or set ERZYCALL_API_KEY.") : key.Trim();
    }
}
