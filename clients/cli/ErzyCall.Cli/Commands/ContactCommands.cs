using System.CommandLine;
using ErzyCall.Cli.Import;
using ErzyCall.Client;

namespace ErzyCall.Cli.Commands;

internal static class ContactCommands
{
    public static Command Create(CommandContext cli) => new("contacts", "The people who are called")
    {
        List(cli),
        ContactImport.Command(cli),
    };

    private static Command List(CommandContext cli)
    {
        var search = new Option<string?>("--search") { Description = "Only those that this is found in" };
        var limit = CommandOptions.Limit();
        var list = new Command("list", "List contacts, newest first") { search, limit };
        list.SetAction(async (line, cancellationToken) =>
        {
            var most = line.GetValue(limit);
            cli.PrintList(
                line,
                await cli.Connect(line).Contacts.List(new ListContactsQuery { Search = line.GetValue(search), Limit = Math.Min(most, CommandOptions.PageSize) }).ToListAsync(most, cancellationToken),
                "There is no such contact.",
                ("ID", static contact => contact.Id),
                ("NAME", static contact => contact.Title),
                ("PHONE", static contact => contact.Phone),
                ("EMAIL", static contact => contact.Email),
                ("TAGS", static contact => contact.Tags));
        });
        return list;
    }
}
