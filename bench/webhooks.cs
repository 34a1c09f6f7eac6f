#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
// How many webhooks are delivered, beside a bare loop that posts the same bodies: dotnet run -c Release bench/webhooks.cs -- <server> <key>
// The receiver is this process, for both. The server must be allowed to reach it (Webhooks:AllowPrivateTargets, on in Development).
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

if (args.Length != 2)
{
    await Console.Error.WriteLineAsync("Usage: dotnet run -c Release bench/webhooks.cs -- http://localhost:5080 ek_test_…");
    return 2;
}

const int Events = 5_000;
const int Endpoints = 5;
const int Webhooks = Events * Endpoints;
const int Rounds = 9;

// Not counted: while both sides are compiled.
const int WarmUps = 4;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:0");
await using var receiver = builder.Build();
var bodies = new ConcurrentQueue<byte[]>();
var received = 0;
var keep = true;
var all = new TaskCompletionSource();
receiver.Run(async context =>
{
    using var body = new MemoryStream();
    await context.Request.Body.CopyToAsync(body);
    if (keep)
    {
        bodies.Enqueue(body.ToArray());
    }

    if (Interlocked.Increment(ref received) == Webhooks)
    {
        all.SetResult();
    }
});
await receiver.StartAsync();
var url = $"{receiver.Urls.Single()}/hooks";

using var http = new HttpClient { BaseAddress = new Uri(args[0]) };
http.DefaultRequestHeaders.Add("X-API-Key", args[1]);
var began = DateTimeOffset.UtcNow;
var prefix = began.ToUnixTimeSeconds() % 100_000;
for (var made = 0; made < Events; made += 500)
{
    var contacts = Enumerable.Range(made, 500).Select(n => new { title = "Ada Lovelace", phone = $"+1{prefix:D5}{n:D5}" });
    using var response = await http.PostAsJsonAsync("/api/v1/contacts/batch", new { contacts });
    response.EnsureSuccessStatusCode();
}

using var bare = new HttpClient();
string[] subscribed = ["contact.created"];
List<double> deliveries = [];
List<double> posts = [];
for (var round = -WarmUps; round < Rounds; round++)
{
    // Endpoints that are made after the events have missed them all: what they ask for is delivered at once, and nothing else happens meanwhile.
    List<string> endpoints = [];
    for (var i = 0; i < Endpoints; i++)
    {
        using var created = await http.PostAsJsonAsync("/api/v1/webhooks", new { url, events = subscribed });
        created.EnsureSuccessStatusCode();
        endpoints.Add((await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("id").GetString()!);
    }

    var delivered = await TimeAsync(async () =>
    {
        foreach (var endpoint in endpoints)
        {
            await RecoverAsync(endpoint);
        }
    });
    foreach (var endpoint in endpoints)
    {
        using var deleted = await http.DeleteAsync(new Uri($"/api/v1/webhooks/{endpoint}", UriKind.Relative));
        deleted.EnsureSuccessStatusCode();
    }

    keep = false;
    var posted = await TimeAsync(PostAsync);
    if (round >= 0)
    {
        deliveries.Add(delivered);
        posts.Add(posted);
    }
}

var ratios = deliveries.Zip(posts, (delivery, post) => post / delivery).Order().ToList();
Console.WriteLine($"| {Events} events to {Endpoints} endpoints | median of {Rounds} |");
Console.WriteLine("|---|---|");
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| delivered | {Webhooks / deliveries.Order().ElementAt(Rounds / 2):0}/s |"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| posted by a bare HttpClient | {Webhooks / posts.Order().ElementAt(Rounds / 2):0}/s |"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| ratio of each pair | {ratios[Rounds / 2]:0.00} ({ratios[0]:0.00}–{ratios[^1]:0.00}) |"));
return 0;

async Task RecoverAsync(string endpoint)
{
    using var recovered = await http.PostAsJsonAsync($"/api/v1/webhooks/{endpoint}/recover", new { since = began.AddSeconds(-1).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) });
    recovered.EnsureSuccessStatusCode();
}

async Task PostAsync()
{
    foreach (var body in bodies.Take(Webhooks))
    {
        using var content = new ByteArrayContent(body);
        using var response = await bare.PostAsync(new Uri(url), content);
    }
}

async Task<double> TimeAsync(Func<Task> begin)
{
    received = 0;
    all = new TaskCompletionSource();
    var start = Stopwatch.GetTimestamp();
    await begin();
    await all.Task.WaitAsync(TimeSpan.FromMinutes(2));
    return Stopwatch.GetElapsedTime(start).TotalSeconds;
}
