using System.CommandLine;
using System.Text.Json;

namespace ErzyCall.Cli.Commands;

internal static class EventCommands
{
    public static Command Create(CommandContext cli) => new("events", "What happens in the organization") { Tail(cli) };

    private static Command Tail(CommandContext cli)
    {
        var (after, fromStart) = FeedReader.Options();
        var types = new Option<string[]>("--type") { Description = "Only events of this type, such as call.ended" };
        var once = new Option<bool>("--once") { Description = "End when there are no more, and tell the cursor to go on from" };
        var tail = new Command("tail", "Show events as they happen, a line each; with --json whole") { after, fromStart, types, once };
        tail.SetAction(async (line, cancellationToken) =>
        {
            var wanted = line.GetValue(types) ?? [];
            var feed = new FeedReader(cli, cli.Connect(line));
            await feed.ReadAsync(
                line.GetValue(after),
                line.GetValue(fromStart),
                until: line.GetValue(once),
                page =>
                {
                    foreach (var one in page.Where(one => wanted.Length == 0 || wanted.Contains(FeedReader.TypeOf(one))))
                    {
                        if (line.GetValue(CommandContext.Json))
                        {
                            cli.SayAsItIs(one.GetRawText());
                        }
                        else
                        {
                            cli.Say(Describe(one));
                        }
                    }

                    return Task.CompletedTask;
                },
                cancellationToken);
        });
        return tail;
    }

    private static string Describe(JsonElement one)
    {
        var data = one.GetProperty("data");
        string? Field(string name) => data.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        var about = new[] { Field("id"), Field("status"), Field("endedReason"), Field("to"), Field("title") }.Where(static word => word is not null);
        return $"{CommandContext.TextOf(one.GetProperty("timestamp").GetDateTimeOffset())}  {FeedReader.TypeOf(one),-25} {string.Join("  ", about)}";
    }
}
