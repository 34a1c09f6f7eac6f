using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ErzyCall.Client;

namespace ErzyCall.Cli.Commands;

internal static class WebhookCommands
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    public static Command Create(CommandContext cli) => new("webhooks", "Endpoints that events are sent to")
    {
        List(cli),
        Deliveries(cli),
        Resend(cli),
        Listen(cli),
    };

    private static Command List(CommandContext cli)
    {
        var list = new Command("list", "List the endpoints");
        list.SetAction(async (line, cancellationToken) => cli.PrintList(
            line,
            await cli.Connect(line).Webhooks.ListAsync(cancellationToken),
            "There is no endpoint.",
            ("ID", static endpoint => endpoint.Id),
            ("URL", static endpoint => endpoint.Url),
            ("ACTIVE", static endpoint => endpoint.IsActive ? "yes" : "no"),
            ("EVENTS", static endpoint => endpoint.Events.Select(static one => one.Value))));
        return list;
    }

    private static Command Deliveries(CommandContext cli)
    {
        var endpoint = new Argument<string>("ENDPOINT") { Description = "The endpoint's id" };
        var status = new Option<string?>("--status") { Description = "Only those that are so far" };
        status.AcceptOnlyFromAmong([.. WebhookDeliveryStatus.All.Select(static one => one.Value)]);
        var limit = CommandOptions.Limit();
        var deliveries = new Command("deliveries", "List what was sent to an endpoint, newest first") { endpoint, status, limit };
        deliveries.SetAction(async (line, cancellationToken) =>
        {
            var most = line.GetValue(limit);
            var query = new ListWebhookDeliveriesQuery
            {
                Status = line.GetValue(status) is { } wanted ? new WebhookDeliveryStatus(wanted) : null,
                Limit = Math.Min(most, CommandOptions.PageSize),
            };
            cli.PrintList(
                line,
                await cli.Connect(line).Webhooks.Deliveries(line.GetRequiredValue(endpoint), query).ToListAsync(most, cancellationToken),
                "Nothing was sent.",
                ("ID", static delivery => delivery.Id),
                ("EVENT", static delivery => delivery.Event),
                ("STATUS", static delivery => delivery.Status),
                ("TRIES", static delivery => delivery.Attempts.Count),
                ("NEXT", static delivery => delivery.NextAttemptAt),
                ("MADE", static delivery => delivery.CreatedAt));
        });
        return deliveries;
    }

    private static Command Resend(CommandContext cli)
    {
        var endpoint = new Argument<string>("ENDPOINT") { Description = "The endpoint's id" };
        var delivery = new Argument<string>("DELIVERY") { Description = "The delivery's id" };
        var key = CommandOptions.Keyed();
        var resend = new Command("resend", "Send a delivery again, whatever became of it") { endpoint, delivery, key };
        resend.SetAction(async (line, cancellationToken) => cli.Print(
            line,
            await cli.Connect(line).Webhooks.ResendAsync(line.GetRequiredValue(endpoint), line.GetRequiredValue(delivery), line.GetValue(key), cancellationToken),
            sent => cli.Say($"{sent.Id} {sent.Status}")));
        return resend;
    }

    private static Command Listen(CommandContext cli)
    {
        var forward = new Option<Uri>("--forward-to")
        {
            Description = "Where to send events, such as http://localhost:3000/hook",
            Required = true,
            CustomParser = static argument =>
            {
                if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
                {
                    return address;
                }

                argument.AddError("--forward-to: expected an address with http:// or https://");
                return null;
            },
        };
        var types = new Option<string[]>("--type") { Description = "Only events of this type, such as call.ended" };
        var secret = new Option<string?>("--secret") { Description = "The secret to sign with, whsec_…: a new one unless you say otherwise" };
        var (after, fromStart) = FeedReader.Options();
        var once = new Option<bool>("--once") { Description = "End when there are no more events" };
        var listen = new Command("listen", "Send events as they happen to a program on this machine, signed as the server signs them, without an endpoint that can be reached from outside")
        {
            forward, types, secret, after, fromStart, once,
        };
        listen.SetAction(async (line, cancellationToken) =>
        {
            var key = line.GetValue(secret) ?? $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";
            var wanted = line.GetValue(types) ?? [];
            var feed = new FeedReader(cli, cli.Connect(line));
            cli.Hint($"The secret is {key}");
            var refused = 0;
            await feed.ReadAsync(
                line.GetValue(after),
                line.GetValue(fromStart),
                until: line.GetValue(once),
                async page =>
                {
                    foreach (var one in page.Where(one => wanted.Length == 0 || wanted.Contains(FeedReader.TypeOf(one))))
                    {
                        refused += await ForwardAsync(cli, line, line.GetRequiredValue(forward), key, one, cancellationToken) ? 0 : 1;
                    }
                },
                cancellationToken);
            return refused == 0 ? 0 : 1;
        });
        return listen;
    }

    /// <summary>Sends an event once. Who was away can begin earlier: <c>--after</c>, <c>--from-start</c>.</summary>
    /// <returns>Whether it was taken.</returns>
    private static async Task<bool> ForwardAsync(CommandContext cli, ParseResult line, Uri to, string secret, JsonElement one, CancellationToken cancellationToken)
    {
        var type = FeedReader.TypeOf(one);

        // To the byte as the server sends it.
        var body = Encoding.UTF8.GetBytes($$"""{"event":{{one.GetProperty("event").GetRawText()}},"timestamp":{{one.GetProperty("timestamp").GetRawText()}},"data":{{one.GetProperty("data").GetRawText()}}}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        request.Headers.TryAddWithoutValidation("User-Agent", "ErzyCall-Webhooks/1.0");
        foreach (var (name, value) in ErzyCallWebhook.Sign(body, type, one.GetProperty("id").GetString()!, secret, cli.Clock.GetUtcNow()))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_patience);
        var begun = Stopwatch.GetTimestamp();
        string answer;
        var isTaken = false;
        try
        {
            using var response = await cli.Terminal.Http.SendAsync(request, limit.Token);
            isTaken = response.IsSuccessStatusCode;
            answer = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException failure)
        {
            answer = failure.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            answer = string.Create(CultureInfo.InvariantCulture, $"no answer within {s_patience.TotalSeconds} s");
        }

        var told = new { Event = type, Id = one.GetProperty("id").GetString(), Answer = answer, Milliseconds = (int)Stopwatch.GetElapsedTime(begun).TotalMilliseconds };
        cli.Print(line, told, _ => cli.Say(string.Create(CultureInfo.InvariantCulture, $"{told.Event,-25} {told.Id}  {told.Answer}  {told.Milliseconds} ms")));
        return isTaken;
    }
}
