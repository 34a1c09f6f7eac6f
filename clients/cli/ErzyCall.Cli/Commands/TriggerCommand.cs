using System.CommandLine;
using System.Security.Cryptography;
using ErzyCall.Client;

namespace ErzyCall.Cli.Commands;

/// <summary>
/// Makes an event happen, in a test organization only: what it takes is really done, with numbers for which the simulated carrier and
/// messenger have something particular to say. A <c>call.report</c> is of real carriers alone: the simulated one tells all at once.
/// </summary>
internal static class TriggerCommand
{
    private const string Answers = "+14155550100";
    private const string Refused = "+14155550006";
    private const string Replies = "+14155550004";
    private const string Reads = "+14155550002";

    private static readonly Dictionary<EventType, Func<CommandContext, ErzyCallClient, CancellationToken, Task<string>>> s_triggers = new()
    {
        [EventType.CallScheduled] = static async (cli, client, token) => (await ScheduleAsync(cli, client, token)).Id,
        [EventType.CallCancelled] = static async (cli, client, token) => (await client.Calls.CancelAsync((await ScheduleAsync(cli, client, token)).Id, cancellationToken: token)).Id,
        [EventType.CallStarted] = static async (_, client, token) => (await CallAsync(client, Answers, at: null, token)).Id,
        [EventType.CallEnded] = static async (_, client, token) => (await CallAsync(client, Answers, at: null, token)).Id,
        [EventType.CallFailed] = static async (_, client, token) => (await CallAsync(client, Refused, at: null, token)).Id,
        [EventType.ContactCreated] = static async (_, client, token) => (await ContactAsync(client, token)).Id,
        [EventType.ContactUpdated] = static async (_, client, token) => (await client.Contacts.UpdateAsync((await ContactAsync(client, token)).Id, new UpdateContactRequest { Notes = "Changed by a trigger" }, token)).Id,
        [EventType.ContactDeleted] = static async (_, client, token) =>
        {
            var contact = await ContactAsync(client, token);
            await client.Contacts.DeleteAsync(contact.Id, token);
            return contact.Id;
        },
        [EventType.WhatsAppMessageReceived] = static async (_, client, token) => (await MessageAsync(client, Replies, token)).Id,
        [EventType.WhatsAppMessageStatus] = static async (_, client, token) => (await MessageAsync(client, Reads, token)).Id,
    };

    public static Command Create(CommandContext cli)
    {
        var type = new Argument<string>("EVENT") { Description = "Which: a wrong one tells of all", HelpName = "EVENT" };
        type.AcceptOnlyFromAmong([.. s_triggers.Keys.Select(static one => one.Value).Order(StringComparer.Ordinal)]);
        var trigger = new Command("trigger", "Make an event happen in a test organization, to see what your receiver does with it") { type };
        trigger.SetAction(async (line, cancellationToken) =>
        {
            var client = cli.Connect(line);
            if ((await client.GetMeAsync(cancellationToken)).Organization is { Name: var name, Mode: var mode } && mode != OrganizationMode.Test)
            {
                throw new ToolException($"{name} is no test organization: its events are of real people.");
            }

            var id = await s_triggers[new EventType(line.GetRequiredValue(type))](cli, client, cancellationToken);
            cli.Print(line, new { Event = line.GetRequiredValue(type), Id = id }, one => cli.Say($"{one.Event} is coming, of {one.Id}."));
        });
        return trigger;
    }

    private static Task<Call> ScheduleAsync(CommandContext cli, ErzyCallClient client, CancellationToken cancellationToken) =>
        CallAsync(client, Answers, cli.Clock.GetUtcNow().AddDays(1), cancellationToken);

    private static async Task<Call> CallAsync(ErzyCallClient client, string to, DateTimeOffset? at, CancellationToken cancellationToken) =>
        await client.Calls.CreateAsync(
            new CreateCallRequest
            {
                To = to,
                From = await CallCommands.DefaultNumberAsync(client, cancellationToken),
                FirstMessage = "Hello, this is a call to try something out.",
                ScheduledAt = at,
            },
            cancellationToken: cancellationToken);

    /// <summary>A number is that of one contact only.</summary>
    private static Task<Contact> ContactAsync(ErzyCallClient client, CancellationToken cancellationToken) =>
        client.Contacts.CreateAsync(
            new CreateContactRequest { Title = "Made by a trigger", Phone = $"+1415556{RandomNumberGenerator.GetInt32(10_000):D4}" },
            cancellationToken: cancellationToken);

    private static async Task<WhatsAppMessage> MessageAsync(ErzyCallClient client, string to, CancellationToken cancellationToken)
    {
        var account = (await client.WhatsApp.ListAccountsAsync(cancellationToken)).FirstOrDefault(static account => account.Status == WhatsAppAccountStatus.Active)
            ?? throw new ToolException("The organization has no active WhatsApp account; whoever runs the server can connect a simulated one.");
        var template = new SendWhatsAppTemplateRequest { Name = "hello_world", Language = "en_US" };
        return await client.WhatsApp.SendAsync(
            new SendWhatsAppMessageRequest { IntegrationId = account.Id, To = to, Type = WhatsAppMessageType.Template, Template = template },
            cancellationToken: cancellationToken);
    }
}
