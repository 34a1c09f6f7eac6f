using System.Diagnostics;
using System.Net;

namespace ErzyCall.FaultTests;

/// <summary>
/// Sends events to five endpoints (healthy, slow, failing two times in three, down, gone) while copies of the server are killed in turn, and counts: every event reached
/// every endpoint that could take it, none is without its deliveries, and what came twice came so because an answer was lost.
/// </summary>
internal sealed class WebhookFaults(Cluster cluster, int events)
{
    private const int BatchSize = 500;

    private static readonly TimeSpan s_killEvery = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(200);

    /// <summary>Without progress for so long, the run is over: longer than a lease and a start of the server together.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly Verdict _verdict = new();
    private readonly Tally _tally = new();
    private CarefulClient _client = null!;
    private int _phones;
    private int _kills;

    public async Task<bool> RunAsync()
    {
        using var client = new CarefulClient(cluster, (await cluster.CreateOrganizationAsync()).Key, _tally, new Random(0));
        _client = client;
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
        _verdict.Expect("the healthy endpoint does not wait for the others", beside < alone * 3 + 250, $"p99 {alone:0} ms alone, {beside:0} ms beside them");

        await StormAsync();
        Console.WriteLine($"{_kills} kills, {_tally.Retries} requests repeated; waiting for the deliveries…");
        var all = await cluster.CountAsync($"SELECT count(*) FROM events WHERE NOT is_private");
        var sinceAllFive = all - (2 * (events / 10));
        await UntilAsync(() => healthy.Taken.Count, all);
        await UntilAsync(() => slow.Taken.Count, sinceAllFive);

        // The schedule would take days to show it: the failing endpoint's owner asks for what it has missed, as often as it takes.
        for (var round = 0; round < 6 && failing.Taken.Count < sinceAllFive; round++)
        {
            var asked = failing.Asked.Values.Sum();
            await _client.MustPostAsync($"/api/v1/webhooks/{failingId}/recover", new { since = "2020-01-01T00:00:00Z" });
            await UntilIdleAsync(failingId);
            Console.WriteLine($"failing: asked for again, {failing.Asked.Values.Sum() - asked} attempts, {failing.Taken.Count} of {sinceAllFive} taken");
        }

        await JudgeAsync(healthyId, "healthy", healthy, all);
        await JudgeAsync(slowId, "slow", slow, sinceAllFive);
        await JudgeAsync(failingId, "failing", failing, sinceAllFive);
        _verdict.Expect("no event is without its delivery at an endpoint that was active throughout", await cluster.CountAsync(
            $"""
             SELECT count(*) FROM events CROSS JOIN webhook_endpoints AS endpoint
             WHERE NOT is_private AND endpoint.is_active AND events.created_at > endpoint.created_at
               AND NOT EXISTS (SELECT FROM webhook_deliveries WHERE event_id = events.id AND endpoint_id = endpoint.id)
             """) == 0, "");
        _verdict.Expect("the feed has no gap", await cluster.CountAsync($"SELECT max(sequence) - count(*) FROM events WHERE NOT is_private") == 0, $"{all} events");
        _verdict.Expect(
            "what is down is still tried, and nothing of it is lost",
            await cluster.CountAsync($"SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = '{Cluster.Uuid(downId)}' AND status <> 'pending'") == 0,
            $"{await cluster.CountAsync($"SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = '{Cluster.Uuid(downId)}'")} waiting");
        _verdict.Expect(
            "410 switched its endpoint off",
            await cluster.CountAsync($"SELECT count(*) FROM webhook_endpoints WHERE id = '{Cluster.Uuid(goneId)}' AND NOT is_active") == 1,
            $"{gone.Asked.Values.Sum()} requests");

        _verdict.ExpectNone("every answer was 2xx, an error of the contract, or a broken connection", _tally.Surprises);
        return _verdict.Print();
    }

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
        await cluster.WhenReadyAsync();
    }

    private async Task KillAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(s_killEvery, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cluster.Servers[_kills++ % cluster.Servers.Count].Kill();
        }
    }

    /// <summary>As a careful client does it: a request that is not answered is sent again, under its key, to whichever copy is there.</summary>
    private async Task MakeEventsAsync(int count, int batch)
    {
        for (var made = 0; made < count; made += batch)
        {
            var contacts = Enumerable.Range(0, Math.Min(batch, count - made)).Select(_ => new { title = "Ada \"Łove\" 🎉", phone = $"+1{2_000_000_000 + ++_phones}" }).ToList();
            await _client.MustPostAsync("/api/v1/contacts/batch", new { contacts });
        }
    }

    private async Task<string> AddEndpointAsync(string description, string url) =>
        (await _client.MustPostAsync("/api/v1/webhooks", new { url, events = new[] { "contact.created" }, description })).GetProperty("data").GetProperty("id").GetString()!;

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
        while (await cluster.CountAsync($"SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = '{Cluster.Uuid(endpoint)}' AND status = 'pending' AND (failures = 0 OR leased_until IS NOT NULL)") > 0)
        {
            await Task.Delay(500);
        }
    }

    private async Task JudgeAsync(string endpoint, string name, Receiver receiver, long expected)
    {
        await UntilIdleAsync(endpoint);
        var repeated = receiver.Taken.Values.Sum(count => count - 1);
        var unanswered = await cluster.CountAsync(
            $"""
             SELECT count(*) FROM webhook_deliveries CROSS JOIN jsonb_array_elements(attempts) AS attempt
             WHERE endpoint_id = '{Cluster.Uuid(endpoint)}' AND attempt ->> 'statusCode' IS NULL
             """);
        _verdict.Expect($"every event reached the {name} endpoint", receiver.Taken.Count >= expected, $"{receiver.Taken.Count} of {expected}");
        _verdict.Expect($"the {name} endpoint got nothing twice but where an answer was lost", repeated <= unanswered, $"{repeated} twice, {unanswered} answers lost");
    }
}
