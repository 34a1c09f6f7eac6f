using System.CommandLine;
using System.Globalization;
using ErzyCall.Client;

namespace ErzyCall.Cli.Commands;

internal static class CallCommands
{
    public static Command Create(CommandContext cli) => new("calls", "Place, list, watch and cancel calls")
    {
        CreateCall(cli),
        GetCall(cli),
        ListCalls(cli),
        WatchCall(cli),
        CancelCall(cli),
    };

    private static Command CreateCall(CommandContext cli)
    {
        var to = new Option<string>("--to") { Description = "The number to call, as +14155550100", Required = true };
        var from = new Option<string?>("--from") { Description = "The number to call from: your default one unless you say otherwise" };
        var message = new Option<string?>("--message") { Description = "What the assistant says first, with {{placeholders}}" };
        var script = new Option<string?>("--case") { Description = "The id of the case to call with" };
        var assistant = new Option<string?>("--assistant") { Description = "The id of the outbound assistant that speaks" };
        var contact = new Option<string?>("--contact") { Description = "The id of the contact that is called" };
        var at = CommandOptions.Time("--at", "When to call, such as 2027-01-15T10:30:00-05:00: at once unless you say otherwise");
        var variables = CommandOptions.Pairs("--variable", "The value of a placeholder: name=Ada");
        var metadata = CommandOptions.Pairs("--metadata", "A text of your own that events and lists show: order=4711");
        var key = CommandOptions.Keyed();
        var preview = new Option<bool>("--preview") { Description = "Only show what would be said and whether the call would be placed" };
        var watch = new Option<bool>("--watch") { Description = "Show how the call goes until it is over" };
        var create = new Command("create", "Place a call") { to, from, message, script, assistant, contact, at, variables, metadata, key, preview, watch };
        create.SetAction(async (line, cancellationToken) =>
        {
            var client = cli.Connect(line);
            var request = new CreateCallRequest
            {
                To = line.GetRequiredValue(to),
                From = line.GetValue(from) ?? await DefaultNumberAsync(client, cancellationToken),
                FirstMessage = line.GetValue(message),
                CaseId = line.GetValue(script),
                AssistantConfigId = line.GetValue(assistant),
                ContactId = line.GetValue(contact),
                ScheduledAt = line.GetValue(at),
                VariableValues = line.GetValue(variables),
                Metadata = line.GetValue(metadata),
            };
            if (line.GetValue(preview))
            {
                var judged = await client.Calls.PreviewAsync(request, cancellationToken);
                cli.Print(line, judged, _ => Show(cli, judged));
                return judged.Allowed ? 0 : 1;
            }

            var call = await client.Calls.CreateAsync(request, line.GetValue(key), cancellationToken);
            if (line.GetValue(watch))
            {
                cli.Hint(call.Id);
                return await WatchAsync(cli, line, client, call.Id, cancellationToken);
            }

            cli.Print(line, call, _ => cli.Say(call.Id));
            return 0;
        });
        return create;
    }

    private static Command GetCall(CommandContext cli)
    {
        var id = new Argument<string>("ID") { Description = "The call's id" };
        var get = new Command("get", "Show a call with its transcript") { id };
        get.SetAction(async (line, cancellationToken) =>
            cli.Print(line, await cli.Connect(line).Calls.GetAsync(line.GetRequiredValue(id), cancellationToken), call => Show(cli, call)));
        return get;
    }

    private static Command ListCalls(CommandContext cli)
    {
        var status = new Option<string?>("--status") { Description = "Only those that are so far" };
        status.AcceptOnlyFromAmong([.. CallStatus.All.Select(static one => one.Value)]);
        var phone = new Option<string?>("--phone") { Description = "Only those to or from a number" };
        var reason = new Option<string?>("--ended-reason") { Description = "Only those that ended so" };
        var since = CommandOptions.Time("--since", "Only those that were placed since then, such as 2027-01-15T00:00:00Z");
        var metadata = CommandOptions.Pairs("--metadata", "Only those with a text of your own: order=4711");
        var limit = CommandOptions.Limit();
        var list = new Command("list", "List calls, newest first") { status, phone, reason, since, metadata, limit };
        list.SetAction(async (line, cancellationToken) =>
        {
            var most = line.GetValue(limit);
            var query = new ListCallsQuery
            {
                Status = line.GetValue(status) is { } wanted ? new CallStatus(wanted) : null,
                Phone = line.GetValue(phone),
                EndedReason = line.GetValue(reason),
                From = line.GetValue(since),
                Metadata = line.GetValue(metadata),
                Limit = Math.Min(most, CommandOptions.PageSize),
            };
            cli.PrintList(
                line,
                await cli.Connect(line).Calls.List(query).ToListAsync(most, cancellationToken),
                "There is no such call.",
                ("ID", static call => call.Id),
                ("STATUS", static call => call.Status),
                ("TO", static call => call.To),
                ("FROM", static call => call.From),
                ("ENDED", static call => call.EndedReason),
                ("SECONDS", static call => call.Duration),
                ("PLACED", static call => call.CreatedAt));
        });
        return list;
    }

    private static Command WatchCall(CommandContext cli)
    {
        var id = new Argument<string>("ID") { Description = "The call's id" };
        var watch = new Command("watch", "Show how a call goes until it is over, and what was said") { id };
        watch.SetAction((line, cancellationToken) => WatchAsync(cli, line, cli.Connect(line), line.GetRequiredValue(id), cancellationToken));
        return watch;
    }

    private static Command CancelCall(CommandContext cli)
    {
        var id = new Argument<string>("ID") { Description = "The call's id" };
        var key = CommandOptions.Keyed();
        var cancel = new Command("cancel", "Cancel a call; one that rings or is talked on is hung up") { id, key };
        cancel.SetAction(async (line, cancellationToken) =>
            cli.Print(
                line,
                await cli.Connect(line).Calls.CancelAsync(line.GetRequiredValue(id), line.GetValue(key), cancellationToken),
                call => cli.Say($"{call.Id} {call.Status}")));
        return cancel;
    }

    private static async Task<int> WatchAsync(CommandContext cli, ParseResult line, ErzyCallClient client, string id, CancellationToken cancellationToken)
    {
        CallStatus? shown = null;
        var pace = new Pace(cli);
        while (true)
        {
            var call = await pace.AskAsync(token => client.Calls.GetAsync(id, token), cancellationToken);
            var hasNews = call.Status != shown;
            if (hasNews)
            {
                cli.Hint($"{CommandContext.TextOf(cli.Clock.GetUtcNow())} {call.Status}");
                shown = call.Status;
            }

            if (call.EndedAt is not null)
            {
                cli.Print(line, call, _ => Show(cli, call));
                return call.Fault == CallFault.None ? 0 : 1;
            }

            await pace.WaitAsync(hasNews, cancellationToken);
        }
    }

    private static void Show(CommandContext cli, Call call)
    {
        cli.Say($"{call.Id}  {call.Status}{(call.EndedReason is null ? "" : $": {call.EndedReason}")}");
        cli.Say($"from {call.From} to {call.To}, placed {CommandContext.TextOf(call.CreatedAt)}{(call.Duration is { } seconds ? string.Create(CultureInfo.InvariantCulture, $", {seconds} s") : "")}");
        if (call.DialAt is { } dialAt && call.EndedAt is null)
        {
            cli.Say($"It is dialled at {CommandContext.TextOf(dialAt)}.");
        }

        foreach (var turn in call.Transcript)
        {
            cli.Say($"{turn.Role,10}  {turn.Message}");
        }
    }

    private static void Show(CommandContext cli, CallPreview preview)
    {
        cli.Say(preview.Allowed ? $"It would be placed, and dialled {(preview.DialAt is { } at ? CommandContext.TextOf(at) : "at once")}." : "It would be refused.");
        foreach (var refusal in preview.Refusals)
        {
            cli.Say($"  {refusal.Code}: {refusal.Message}");
        }

        cli.Say($"First message: {preview.FirstMessage}");
        if (preview.UnresolvedVariables.Count > 0)
        {
            cli.Say($"Without a value: {string.Join(", ", preview.UnresolvedVariables)}");
        }

        if (preview.NotSupported.Count > 0)
        {
            cli.Say($"The carrier cannot: {string.Join(", ", preview.NotSupported)}");
        }
    }

    /// <exception cref="ToolException">There is none, or it is not clear which.</exception>
    internal static async Task<string> DefaultNumberAsync(ErzyCallClient client, CancellationToken cancellationToken)
    {
        var usable = (await client.PhoneNumbers.ListAsync(cancellationToken)).Where(static number => number.IsActive && number.Capabilities.Contains(PhoneCapability.Outbound)).ToList();
        return (usable.Find(static number => number.IsDefault) ?? (usable.Count == 1 ? usable[0] : null))?.Number
            ?? throw new ToolException(usable.Count == 0 ? "The organization has no number to call from." : $"Say which number to call from: --from {string.Join(" | ", usable.Select(static number => number.Number))}");
    }
}
