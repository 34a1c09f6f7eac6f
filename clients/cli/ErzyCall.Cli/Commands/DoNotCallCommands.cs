using System.CommandLine;
using ErzyCall.Cli.Import;
using ErzyCall.Client;

namespace ErzyCall.Cli.Commands;

internal static class DoNotCallCommands
{
    public static Command Create(CommandContext cli) => new("do-not-call", "The numbers that must not be called or messaged")
    {
        Add(cli),
        Get(cli),
        List(cli),
        DoNotCallImport.Command(cli),
    };

    private static Command Add(CommandContext cli)
    {
        var phone = new Argument<string>("PHONE") { Description = "The number, as +14155550100" };
        var reason = new Option<string?>("--reason") { Description = "Why, for whoever asks later" };
        var key = CommandOptions.Keyed();
        var add = new Command("add", "Enter a number. Waiting calls to it are cancelled, and one that rings is hung up") { phone, reason, key };
        add.SetAction(async (line, cancellationToken) =>
            cli.Print(
                line,
                await cli.Connect(line).DoNotCall.BlockAsync(new BlockNumberRequest { Phone = line.GetRequiredValue(phone), Reason = line.GetValue(reason) }, line.GetValue(key), cancellationToken),
                entry => cli.Say($"{entry.Phone} is not called any more.")));
        return add;
    }

    private static Command Get(CommandContext cli)
    {
        var phone = new Argument<string>("PHONE") { Description = "The number, as +14155550100" };
        var get = new Command("get", "Show since when and why a number must not be called") { phone };
        get.SetAction(async (line, cancellationToken) =>
            cli.Print(
                line,
                await cli.Connect(line).DoNotCall.GetAsync(line.GetRequiredValue(phone), cancellationToken),
                entry => cli.Say($"{entry.Phone} since {CommandContext.TextOf(entry.At)} by {entry.Source}{(entry.Reason is null ? "" : $": {entry.Reason}")}")));
        return get;
    }

    private static Command List(CommandContext cli)
    {
        var limit = CommandOptions.Limit();
        var list = new Command("list", "List the numbers, the latest first") { limit };
        list.SetAction(async (line, cancellationToken) =>
        {
            var most = line.GetValue(limit);
            cli.PrintList(
                line,
                await cli.Connect(line).DoNotCall.List(new ListDoNotCallEntriesQuery { Limit = Math.Min(most, CommandOptions.PageSize) }).ToListAsync(most, cancellationToken),
                "Nobody has asked not to be called.",
                ("PHONE", static entry => entry.Phone),
                ("SINCE", static entry => entry.At),
                ("BY", static entry => entry.Source),
                ("REASON", static entry => entry.Reason));
        });
        return list;
    }
}
