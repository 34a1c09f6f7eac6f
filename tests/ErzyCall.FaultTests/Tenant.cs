using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using ErzyCall.Api.Features.Organizations;

namespace ErzyCall.FaultTests;

/// <summary>What a client was told to be there.</summary>
/// <param name="Body">Of the request, to send it again.</param>
internal sealed record Promise(string Path, object Body, string Id);

/// <summary>An organization that calls and writes to people: its phone number, its WhatsApp account, its receiver of webhooks, and what its clients were promised.</summary>
internal sealed class Tenant : IAsyncDisposable
{
    public const string From = "+14155559999";

    private Tenant(string organization, string key, int maxCalls, Receiver receiver)
    {
        Organization = organization;
        Key = key;
        MaxCalls = maxCalls;
        Receiver = receiver;
    }

    public string Organization { get; }

    public string Key { get; }

    /// <summary>How many of its calls may be in <c>processing</c> at once.</summary>
    public int MaxCalls { get; }

    public string Account { get; private set; } = "";

    public Receiver Receiver { get; }

    /// <summary>By idempotency key; items of a batch by that and their index.</summary>
    public ConcurrentDictionary<string, Promise> Promises { get; } = [];

    /// <summary>Numbers that the server has acknowledged as blocked, and when the client knew.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Blocked { get; } = [];

    /// <summary>How many of its calls are not dialled yet, as last counted.</summary>
    public int Waiting { get; set; }

    public static async Task<Tenant> CreateAsync(Cluster cluster, int maxCalls, Tally tally)
    {
        var (organization, key) = await cluster.CreateOrganizationAsync(maxCalls);
        var tenant = new Tenant(organization, key, maxCalls, await Receiver.StartAsync(static _ => HttpStatusCode.OK));
        tenant.Account = await cluster.RunAsync(
            "whatsapp", "connect", "--org", organization, "--waba-id", $"1{maxCalls}", "--phone-number-id", $"2{maxCalls}", "--display-phone-number", From, "--name", "Faults", "--simulated");
        using var client = new CarefulClient(cluster, key, tally, new Random(maxCalls));
        await client.MustPostAsync("/api/v1/phone-numbers", new { phoneNumber = From });
        await client.MustPostAsync("/api/v1/webhooks", new
        {
            url = tenant.Receiver.Url,
            events = new[]
            {
                "call.started", "call.ended", "call.failed", "call.scheduled", "call.cancelled", "contact.created", "contact.updated", "contact.deleted",
                "whatsapp.message.received", "whatsapp.message.status",
            },
        });
        return tenant;
    }

    public ValueTask DisposeAsync() => Receiver.DisposeAsync();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Organization} (at most {MaxCalls} calls at once)");
}
