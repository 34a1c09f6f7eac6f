using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace ErzyCall.FaultTests;

/// <summary>
/// Sends events to five endpoints (healthy, slow, failing two times in three, down, gone) while copies of the server are killed in turn, and counts: every event reached
/// every endpoint that could take it, none is without its deliveries, and what came twice came so because an answer was lost.
/// </summary>
internal sealed class WebhookFaults(Cluster cluster, int events) : IDisposable
{
    private const int BatchSize = 500;

    private static readonly TimeSpan s_killEvery = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(200);

    /// <summary>Without progress for so long, the run is over: longer than a lease and a start of the server together.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly List<(string Promise, bool IsKept, string Figures)> _verdict = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private int _phones;
    private int _kills;
    private int _retries;

    public async Task<bool> RunAsync()
    {
        var organization = await cluster.RunAsync("orgs", "create", "--name", "Faults");
        _http.DefaultRequestHeaders.Add(
            "X-API-Key",
            await cluster.RunAsync("keys", "create", "--org", organization, "--name", "Faults", "--scopes", "*", "--per-minute", "1000000", "--per-hour", "10000000"));

        await using var healthy = await Receiver.StartAsync(static _ => HttpStatusCode.OK);
        await using var slow = await Receiver.StartAsync(static _ => HttpStatusCode.OK, s_slow);
        await using var failing = await Receiver.StartAsync(static count => count % 3 == 0 ? HttpStatusCode.OK : HttpStatusCode.InternalServerError);
        await using var gone = await Receiver.StartAsync(static _ => HttpStatusCode.Gone);

        var healthyId = await AddEndpointAsync("healthy", healthy.Url);
        await CalmAsync(healthy, "alone, to warm up");
        healthy.TakeDelay(0.99);
        await CalmAsync(healthy, "alone");
        var alone = healthy.TakeDelay(0.99);

        var slowId = await AddEndpointAsync("slow", slow.Url);
        var failingId = await AddEndpointAsync("failing", failing.Url);
        var downId = await AddEndpointAsync("down", $"http://127.0.0.1:{Cluster.FreePort()}/hooks");
        var goneId = await AddEndpointAsync("gone", gone.Url);
        await CalmAsync(healthy, "beside four others");
        var beside = healthy.TakeDelay(0.99);
        Expect("the healthy endpoint does not wait for the others", beside < alone * 3 + 250, $"p99 {alone:0} ms alone, {beside:0} ms beside them");

        await StormAsync();
        Console.WriteLine($"{_kills} kills, {_retries} requests repeated; waiting for the deliveries…");
        var all = await CountAsync($"SELECT count(*) FROM events WHERE NOT is_private");
        var sinceAllFive = all - (2 * (events / 10));
        await UntilAsync(() => healthy.Taken.Count, all);
        await UntilAsync(() => slow.Taken.Count, sinceAllFive);

        // The schedule would take days to show it: the failing endpoint's owner asks for what it has missed, as often as it takes.
        for (var round = 0; round < 6 && failing.Taken.Count < sinceAllFive; round++)
        {
            var asked = failing.Asked.Values.Sum();
            await PostAsync($"/api/v1/webhooks/{failingId}/recover", new { since = "2020-01-01T00:00:00Z" });
            await UntilIdleAsync(failingId);
            Console.WriteLine($"failing: asked for again, {failing.Asked.Values.Sum() - asked} attempts, {failing.Taken.Count} of {sinceAllFive} taken");
        }

        await JudgeAsync(healthyId, "healthy", healthy, all);
        await JudgeAsync(slowId, "slow", slow, sinceAllFive);
        await JudgeAsync(failingId, "failing", failing, sinceAllFive);
        Expect("no event is without its delivery at an endpoint that was active throughout", await CountAsync(
            $"""
             SELECT count(*) FROM events CROSS JOIN webhook_endpoints AS endpoint
             WHERE NOT is_private AND endpoint.is_active AND events.created_at > endpoint.created_at
               AND NOT EXISTS (SELECT FROM webhook_deliveries WHERE event_id = events.id AND endpoint_id = endpoint.id)
             """) == 0, "");
        Expect("the feed has no gap", await CountAsync($"SELECT max(sequence) - count(*) FROM events WHERE NOT is_private") == 0, $"{all} events");
        Expect(
            "what is down is still tried, and nothing of it is lost",
            await CountAsync($"SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = '{Uuid(downId)}' AND status <> 'pending'") == 0,
            $"{await CountAsync($"SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = '{Uuid(downId)}'")} waiting");
        Expect(
            "410 switched its endpoint off",
            await CountAsync($"SELECT count(*) FROM webhook_endpoints WHERE id = '{Uuid(goneId)}' AND NOT is_active") == 1,
            $"{gone.Asked.Values.Sum()} requests");

        Console.WriteLine();
        foreach (var (promise, isKept, figures) in _verdict)
        {
            Console.WriteLine($"{(isKept ? "kept  " : "BROKEN")}  {promise}{(figures.Length > 0 ? $": {figures}" : "")}");
        }

        return _verdict.TrueForAll(promise => promise.IsKept);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A tenth of the events while nothing is broken.</summary>
    private async Task CalmAsync(Receiver healthy, string when)
    {
        var before = healthy.Taken.Count;
        await MakeEventsAsync(events / 10, batch: 50);
        await UntilAsync(() => healthy.Taken.Count, before + events / 10);
        Console.WriteLine($"{events / 10} events with the healthy endpoint {when}");
    }

    private async Task StormAsync()
    {
        using var over = new CancellationTokenSource();
        var killing = KillAsync(over.Token);
        await MakeEventsAsync(events, BatchSize);

        // Some more kills, while most of it is on its way.
        await Task.Delay(s_killEvery * 4);
        await over.CancelAsync();
        await killing;
        await Task.WhenAll(cluster.Servers.Select(server => server.WhenReadyAsync(s_patience)));
    }

    private async Task KillAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(s_killEvery, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var victim = cluster.Servers[_kills++ % cluster.Servers.Count];
            victim.Kill();
            victim.Start();
        }
    }

    /// <summary>As a careful client does it: a request that is not answered is sent again, under its key, to whichever copy is there.</summary>
    private async Task MakeEventsAsync(int count, int batch)
    {
        for (var made = 0; made < count; made += batch)
        {
            var contacts = Enumerable.Range(0, Math.Min(batch, count - made)).Select(_ => new { title = "Ada \"Łove\" 🎉", phone = $"+1{2_000_000_000 + ++_phones}" }).ToList();
            await PostAsync("/api/v1/contacts/batch", new { contacts });
        }
    }

    private async Task<string> AddEndpointAsync(string description, string url) =>
        (await PostAsync("/api/v1/webhooks", new { url, events = new[] { "contact.created" }, description })).GetProperty("data").GetProperty("id").GetString()!;

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        var key = Guid.CreateVersion7().ToString();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var server = cluster.Servers[attempt % cluster.Servers.Count];
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, path)) { Content = JsonContent.Create(body) };
                request.Headers.Add("Idempotency-Key", key);
                using var response = await _http.SendAsync(request);
                if (response.IsSuccessStatusCode)
                {
                    return await response.Content.ReadFromJsonAsync<JsonElement>();
                }

                if ((int)response.StatusCode is < 500 and not 409)
                {
                    throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                }

                if (response.StatusCode is HttpStatusCode.InternalServerError)
                {
                    Expect("no request is answered 500", isKept: false, await response.Content.ReadAsStringAsync());
                }
            }
            catch (Exception away) when (away is HttpRequestException or TaskCanceledException or JsonException)
            {
            }

            _retries++;
            await Task.Delay(100);
        }
    }

    /// <summary>Until so many were counted, or there was no progress for too long: the verdict says which.</summary>
    private static async Task UntilAsync(Func<int> count, long expected)
    {
        var (last, since) = (count(), Stopwatch.GetTimestamp());
        while (last < expected && Stopwatch.GetElapsedTime(since) < s_patience)
        {
            await Task.Delay(200);
            if (count() is var now && now != last)
            {
                (last, since) = (now, Stopwatch.GetTimestamp());
            }
        }
    }

    /// <summary>Until every delivery of an endpoint has been attempted and its answer recorded.</summary>
    private async Task UntilIdleAsync(string endpoint)
    {
        while (await CountAsync($"SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = '{Uuid(endpoint)}' AND status = 'pending' AND (failures = 0 OR leased_until IS NOT NULL)") > 0)
        {
            await Task.Delay(500);
        }
    }

    private async Task JudgeAsync(string endpoint, string name, Receiver receiver, long expected)
    {
        await UntilIdleAsync(endpoint);
        var repeated = receiver.Taken.Values.Sum(count => count - 1);
        var unanswered = await CountAsync(
            $"""
             SELECT count(*) FROM webhook_attempts JOIN webhook_deliveries ON webhook_deliveries.id = delivery_id
             WHERE endpoint_id = '{Uuid(endpoint)}' AND status_code IS NULL
             """);
        Expect($"every event reached the {name} endpoint", receiver.Taken.Count >= expected, $"{receiver.Taken.Count} of {expected}");
        Expect($"the {name} endpoint got nothing twice but where an answer was lost", repeated <= unanswered, $"{repeated} twice, {unanswered} answers lost");
    }

    private void Expect(string promise, bool isKept, string figures) => _verdict.Add((promise, isKept, figures));

    private async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.Postgres);
        await connection.OpenAsync();
#pragma warning disable CA2100 // All of it is written here.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private static Guid Uuid(string id) => Api.Platform.Ids.Id<Api.Features.WebhookEndpoints.WebhookEndpoint>.Parse(id).Value;
}
