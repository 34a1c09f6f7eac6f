using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Ids;
using ErzyCall.VapiStandIn.Playing;
using Npgsql;

namespace ErzyCall.FaultTests;

/// <summary>
/// Lets careful clients of an organization that rings real phones work against three copies of the server, with a stand-in for the voice platform Vapi behind them, while
/// one copy after the other is killed; then lets everything come to its end, and counts: no phone was ordered to ring twice, every call is final and tells what the platform
/// has seen, and whoever was on the phone and should not have been was hung up.
/// </summary>
internal sealed class CarrierFaults(Cluster cluster, FakeVapiProcess vapi, CallbackForwarder callbacks, TimeSpan duration, int seed)
{
    /// <summary>
    /// True speed: the stand-in answers orders late (25 s), lists calls late (90 s) and lets phones ring long after (300 s), and each is meant to be later than the server's own
    /// times (20 s until an answer is given up, 60, 120 and 240 s until a call is looked for), which are true ones. Played faster, nothing would ever ring that is over.
    /// </summary>
    private const double Speed = 1;

    private const int Copies = 3;

    private const int Clients = 10;

    /// <summary>So few that calls have to wait for lines now and then: conversations and calls that are looked for hold them.</summary>
    private const int MaxCalls = 40;

    /// <summary>Of a hundred kills, how many hit a copy also when it is the only one that serves.</summary>
    private const int LastKilled = 20;

    /// <summary>A query: how many calls the carrier is still to be told to hang up.</summary>
    private const string LeftToHangUp =
        """
        SELECT (SELECT count(*) FROM calls WHERE hang_up_requested_at IS NOT NULL AND hang_up_sent_at IS NULL AND submitted_at IS NOT NULL)
             + (SELECT count(*) FROM stray_calls WHERE hang_up_at IS NOT NULL)
        """;

    /// <summary>Longer than until the last phone rings that rings 300 s after its order, and is hung up.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(8);

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(4);

    /// <summary>How long a phone may ring or be talked on whose call is over, once a copy of the server has taken word of it.</summary>
    private static readonly TimeSpan s_fencedWithin = TimeSpan.FromSeconds(10);

    /// <summary>The same of a call that goes on and is to be hung up. Conversations last 3 to 10 s, so that a longer time would show nothing.</summary>
    private static readonly TimeSpan s_hungUpWithin = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Both times where a copy was killed within them: when it was about to hang up, another copy is to six seconds later, and may be killed as well.
    /// </summary>
    private static readonly TimeSpan s_withinDespiteKill = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_sampleEvery = TimeSpan.FromMilliseconds(100);

    private readonly Tally _tally = new();
    private readonly Verdict _verdict = new();
    private readonly ConcurrentQueue<string> _crowded = [];
    private readonly List<DateTimeOffset> _kills = [];
    private LiveTenant _tenant = null!;
    private int _samples;

    /// <returns>Whether all promises were kept.</returns>
    public static async Task<bool> RunAsync(TimeSpan duration, int seed)
    {
        var (vapiPort, callbacksPort) = (Cluster.FreePort(), Cluster.FreePort());
        await using var cluster = await Cluster.StartAsync(
            new Dictionary<string, string>
            {
                ["Http__PublicUrl"] = CallbackForwarder.AddressAt(callbacksPort).ToString(),
                ["Carriers__Vapi__BaseAddress"] = FakeVapiProcess.AddressAt(vapiPort).ToString(),
                ["VAPI_PRIVATE_KEY"] = FakeVapiProcess.PrivateKey,
                ["VAPI_PUBLIC_KEY"] = FakeVapiProcess.PublicKey,
            },
            Copies);
        await using var vapi = await FakeVapiProcess.StartAsync(vapiPort, cluster.Folder, seed, Speed);
        await using var callbacks = await CallbackForwarder.StartAsync(cluster, callbacksPort);
        return await new CarrierFaults(cluster, vapi, callbacks, duration, seed).RunAsync();
    }

    private async Task<bool> RunAsync()
    {
        Console.WriteLine($"{Copies} copies of the server, {duration.TotalMinutes:0.#} min, seed {seed}, output in {cluster.Folder}");
        _tenant = await CreateTenantAsync();
        using var over = new CancellationTokenSource(duration);
        using var watched = new CancellationTokenSource();
        var watching = Task.WhenAll(WatchAsync(watched.Token), ReportAsync(watched.Token));
        var traffic = Enumerable.Range(1, Clients).Select(client => new CarrierTraffic(cluster, _tenant, _tally, seed + (10 * client))).ToList();
        var working = Task.WhenAll(traffic.Select(client => client.RunAsync(over.Token)));
        await KillAsync(over.Token);
        await working;
        traffic.ForEach(client => client.Dispose());

        Console.WriteLine("Nobody is killed any more; waiting for every call to come to its end…");
        await cluster.WhenReadyAsync();
        await UntilOverAsync();
        await watched.CancelAsync();
        await watching;

        await JudgeAsync();
        PrintFigures();
        cluster.IsKept = !_verdict.Print();
        return !cluster.IsKept;
    }

    private async Task<LiveTenant> CreateTenantAsync()
    {
        var (organization, key) = await cluster.CreateOrganizationAsync(MaxCalls, isLive: true);
        var account = await cluster.RunAsync("carriers", "connect", "--org", organization, "--provider", "vapi", "--name", "Faults");

        // It asks for a callback with and without the token, of a call that there never was, to see whether those of calls will arrive.
        await cluster.RunAsync("carriers", "check", account);
        callbacks.Clear();
        using var client = new CarefulClient(cluster, key, _tally, new Random(seed));
        await client.MustPostAsync("/api/v1/phone-numbers", new { phoneNumber = FakeVapiProcess.Number, carrierAccountId = account });
        return new LiveTenant(organization, key, FakeVapiProcess.Number, MaxCalls);
    }

    /// <summary>
    /// Kills copies that serve: one that is killed before it does shows nothing. Most times another one is left, since where nobody serves nothing is under way that a kill
    /// could break; a start takes a core some seconds.
    /// </summary>
    private async Task KillAsync(CancellationToken over)
    {
        var random = new Random(seed);
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(random.NextDouble() * s_longestPause, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var fewest = random.Next(100) < LastKilled ? 1 : 2;
            while (!over.IsCancellationRequested)
            {
                var serving = cluster.Servers.Where(copy => copy.IsServing).ToArray();
                if (serving.Length >= fewest)
                {
                    random.GetItems(serving, 1)[0].Kill();
                    _kills.Add(DateTimeOffset.UtcNow);
                    break;
                }

                await Task.Delay(s_sampleEvery, CancellationToken.None);
            }
        }
    }

    /// <summary>From outside, in one statement and so at one instant: how many calls hold a line, and how many wait.</summary>
    private async Task WatchAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                var counts = await cluster.QueryAsync(
                    """
                    SELECT count(*) FILTER (WHERE status = 'processing' AND line_free_at IS NULL), count(*) FILTER (WHERE status <> 'processing' AND due_at < now())
                    FROM calls WHERE status IN ('new', 'scheduled', 'processing')
                    """);
                _samples++;
                _tenant.Waiting = int.Parse(counts[0][1], CultureInfo.InvariantCulture);
                if (int.Parse(counts[0][0], CultureInfo.InvariantCulture) > MaxCalls)
                {
                    _crowded.Enqueue($"{counts[0][0]} of {MaxCalls}");
                }
            }
            catch (NpgsqlException)
            {
                // PostgreSQL is busy with those that come back.
            }

            await Task.Delay(s_sampleEvery, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReportAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMinutes(1), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var seen = await vapi.SummaryAsync();
            Console.WriteLine(
                $"{_tenant.Calls.Count} calls acknowledged, {_tenant.Waiting} wait, {seen.Orders} ordered, {seen.Up} not over at the carrier, {_kills.Count} kills, "
                + $"{_tally.Surprises.Count + callbacks.Surprises.Count} surprises");
        }
    }

    private async Task UntilOverAsync()
    {
        var until = DateTimeOffset.UtcNow + s_patience;
        while (DateTimeOffset.UtcNow < until && (await IsUnderWayAsync() || (await vapi.SummaryAsync()).Up > 0))
        {
            await Task.Delay(500);
        }
    }

    private async Task<bool> IsUnderWayAsync() =>
        await cluster.CountAsync(
            $"""
            SELECT (SELECT count(*) FROM calls WHERE status IN ('new', 'scheduled', 'processing')) + ({LeftToHangUp})
                 + (SELECT count(*) FROM events WHERE sequence IS NULL AND NOT is_private)
            """) > 0;

    private async Task JudgeAsync()
    {
        var seen = await vapi.SummaryAsync();
        var calls = (await cluster.QueryAsync(
            """
            SELECT id, status, ended_reason, "to", (extract(epoch FROM started_at) * 1000)::bigint, (extract(epoch FROM submitted_at) * 1000)::bigint,
              (extract(epoch FROM ended_at) * 1000)::bigint
            FROM calls
            """))
            .Select(row => new CallRow(new Id<Call>(Guid.Parse(row[0])).ToString(), row[1], row[2], row[3], Time(row[4]), Time(row[5]), Time(row[6])))
            .ToDictionary(call => call.Id);

        _verdict.ExpectNone("lost: what was acknowledged and is not there", [.. _tenant.Calls.Values.Where(id => !calls.ContainsKey(id))], $"0 of {_tenant.Calls.Count} calls");
        _verdict.ExpectNone(
            "duplicated: keys with more than one call",
            await QueryColumnAsync("SELECT metadata ->> 'key' FROM calls GROUP BY 1 HAVING count(*) > 1 OR metadata ->> 'key' IS NULL"),
            "0");
        JudgeOrders(seen, calls);
        JudgeOutcomes(seen, calls);
        await JudgeHangUpsAsync(seen, calls);
        await JudgeLinesAsync(seen);
        await JudgeLedgerAsync(seen, calls);
        await JudgeByApiAsync(calls);
        _verdict.ExpectNone("every answer was 2xx, an error of the contract, or a broken connection", _tally.Surprises);
        _verdict.ExpectNone("every callback was taken, refused because it came to the address of another call, or cut", callbacks.Surprises);
    }

    private void JudgeOrders(VapiSummary seen, IReadOnlyDictionary<string, CallRow> calls)
    {
        _verdict.ExpectNone("ordered twice", seen.OrderedAgain, $"0 of {seen.Orders} orders");
        _verdict.ExpectNone(
            "every order was of a call that had been claimed, with its number",
            [.. seen.Calls.Where(order => calls.GetValueOrDefault(order.Name) is not { StartedAt: not null } call || call.To != order.Number).Select(order => order.Name)]);
    }

    private void JudgeOutcomes(VapiSummary seen, IReadOnlyDictionary<string, CallRow> calls)
    {
        var ordered = seen.Calls.ToLookup(order => order.Name);
        _verdict.ExpectNone(
            "every call is final", [.. calls.Values.Where(call => call.Status is not ("ended" or "cancelled" or "error")).Select(call => call.Id)], $"{calls.Count} calls");
        _verdict.ExpectNone(
            "no call has an outcome that its carrier was never asked for",
            [
                .. calls.Values
                    .Where(call => call is { Status: "ended", Reason: not "manually-canceled" } or { Reason: "carrier-rejected" } && !ordered.Contains(call.Id))
                    .Select(call => call.Id),
            ]);

        // Who hung up first cannot be told when both did, and then the call ends for our reason. Whether what rang although it was over was hung up in time is judged elsewhere.
        bool IsTold(PlayedCall order, CallRow call) =>
            (call.Reason == "manually-canceled" && _tenant.Cancelled.ContainsKey(call.Id))
            || (call.Reason == "contact-opted-out" && _tenant.Blocked.ContainsKey(call.To))
            || (order.HangUpAt is not null || call.EndedAt < order.RingingAt
                ? call.Reason == "dispatch-unknown"
                : call.Status == "ended" && call.Reason == order.EndedReason);
        _verdict.ExpectNone(
            "every call that was ordered ended as its carrier says, or as it was hung up for",
            [.. calls.Values.SelectMany(call => ordered[call.Id], (call, order) => (Call: call, Order: order))
                .Where(both => !IsTold(both.Order, both.Call))
                .Select(both => $"{both.Call.Id} {both.Call.Status} {both.Call.Reason}, {both.Order.Fate} {both.Order.EndedReason}")]);

        var unknown = calls.Values.Where(call => call.Reason == "dispatch-unknown").ToList();
        _verdict.ExpectNone(
            "only what the carrier did not show for four minutes was said to be unknown",
            [.. unknown.Where(call => ordered[call.Id].Any(order => order.Fate != nameof(PlayedFate.AnsweredLate))).Select(call => $"{call.Id} {ordered[call.Id].First().Fate}")],
            $"{unknown.Count} dispatch-unknown, {unknown.Count(call => ordered.Contains(call.Id))} of them rang later");
    }

    /// <summary>
    /// By the stand-in's times and its journal: a call that rang although it was over, or that was cancelled or whose number was entered while it was under way, must be over
    /// in time from when the server both wanted that and had heard of the call. The server has heard of a call when a copy has answered a callback about it with 2xx, or
    /// has recorded an answer to the order or to a look-up; a cancellation or an entry counts from when its client knew of it.
    /// </summary>
    private async Task JudgeHangUpsAsync(VapiSummary seen, IReadOnlyDictionary<string, CallRow> calls)
    {
        var words = await vapi.FirstWordsTakenAsync();
        var (fenced, wanted) = (new List<HangUp>(), new List<HangUp>());
        foreach (var order in seen.Calls)
        {
            if (calls.GetValueOrDefault(order.Name) is not { } call)
            {
                continue;
            }

            var isOver = call.EndedAt < order.RingingAt;
            var wantedAt = isOver ? call.EndedAt
                : call.Reason == "contact-opted-out" && _tenant.Blocked.TryGetValue(call.To, out var blockedAt) ? blockedAt
                : call.Reason == "manually-canceled" && _tenant.Cancelled.TryGetValue(call.Id, out var cancelledAt) ? cancelledAt
                : null;
            DateTimeOffset? word = words.TryGetValue(order.Id, out var taken) ? taken : null;
            var heardAt = isOver || call.SubmittedAt is null || word < call.SubmittedAt ? word : call.SubmittedAt;
            if (wantedAt is { } want && heardAt is { } heard && (isOver || order.EndedAt is not { } ended || ended > Later(want, heard)))
            {
                (isOver ? fenced : wanted).Add(new HangUp(order, Later(want, heard)));
            }
        }

        JudgeHangUps("what rang although it was over", fenced, s_fencedWithin);
        JudgeHangUps("what was cancelled or opted out of while it was under way", wanted, s_hungUpWithin);
    }

    private void JudgeHangUps(string which, IReadOnlyCollection<HangUp> all, TimeSpan within)
    {
        bool IsInTime(HangUp hangUp) =>
            hangUp.Took <= within || (hangUp.Took <= s_withinDespiteKill && _kills.Exists(kill => kill > hangUp.From && kill < hangUp.From + within));
        _verdict.ExpectNone(
            $"hung up within {within.TotalSeconds} s: {which}",
            [.. all.Where(hangUp => !IsInTime(hangUp)).Select(hangUp => $"{hangUp.Order.Name} {hangUp.Took?.TotalSeconds:0.0} s")],
            string.Create(
                CultureInfo.InvariantCulture,
                $"{all.Count(hangUp => hangUp.Order.HangUpAt is not null)} and {all.Count(hangUp => hangUp.Order.HangUpAt is null)} over by themselves, "
                + $"the slowest after {all.Max(hangUp => hangUp.Took)?.TotalSeconds ?? 0:0.0} s, {all.Count(hangUp => hangUp.Took > within)} late because a copy was killed"));
    }

    private async Task JudgeLinesAsync(VapiSummary seen)
    {
        _verdict.ExpectNone("nobody is on the phone in the end", [.. seen.Calls.Where(order => order.EndedAt is null).Select(order => order.Name)]);
        _verdict.ExpectNone(
            "no line is held in the end, and nobody waits for one",
            await QueryColumnAsync("SELECT id FROM calls WHERE status = 'processing' UNION ALL SELECT organization_id FROM call_queues WHERE awaits_room"));
        _verdict.Expect("nothing is left to hang up", await cluster.CountAsync(LeftToHangUp) == 0);
        _verdict.ExpectNone("no more calls held a line than the limit allows", _crowded, $"looked {_samples} times");
    }

    private async Task JudgeLedgerAsync(VapiSummary seen, IReadOnlyDictionary<string, CallRow> calls)
    {
        var ledger = (await QueryColumnAsync("SELECT phone FROM do_not_call_entries WHERE lifted_at IS NULL")).ToHashSet();
        var asked = seen.Calls.Where(order => order.ToolCalledAt is not null).ToList();
        _verdict.ExpectNone(
            "every customer who asked not to be called again is in the ledger",
            [.. asked.Where(order => !ledger.Contains(order.Number)).Select(order => order.Name)],
            $"{asked.Count}");
        _verdict.ExpectNone(
            "every number that was acknowledged is in the ledger", [.. _tenant.Blocked.Keys.Where(number => !ledger.Contains(number))], $"{_tenant.Blocked.Count} numbers");
        bool IsBlocked(string number, DateTimeOffset? at) => _tenant.Blocked.TryGetValue(number, out var since) && at > since;
        _verdict.ExpectNone("ordered after the ledger's 201", [.. seen.Calls.Where(order => IsBlocked(order.Number, order.OrderedAt)).Select(order => order.Name)]);
        _verdict.ExpectNone("claimed after the ledger's 201", [.. calls.Values.Where(call => IsBlocked(call.To, call.StartedAt)).Select(call => call.Id)]);
    }

    /// <summary>What an integrator sees: the list of calls, the feed of events, and the audit, each asked of another copy.</summary>
    private async Task JudgeByApiAsync(IReadOnlyDictionary<string, CallRow> calls)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { { "X-API-Key", _tenant.Key } } };
        var listed = await ReadAllAsync(http, "/api/v1/calls?limit=100", "cursor");
        var status = listed.ToLookup(call => call.GetProperty("id").GetString()!, call => call.GetProperty("status").GetString()!);
        _verdict.ExpectNone("the API lists every call once, as it is", [.. calls.Values.Where(call => !status[call.Id].SequenceEqual([call.Status])).Select(call => call.Id)]);

        var events = await ReadAllAsync(http, "/api/v1/events?limit=100", "after");
        var final = events.Where(told => EventOf(told) is "call.ended" or "call.failed" or "call.cancelled").ToLookup(CallOf, EventOf);
        _verdict.ExpectNone(
            "every call has exactly one final event in the feed, and it is that of its state",
            [.. calls.Values.Where(call => !final[call.Id].SequenceEqual([FinalEventOf(call)])).Select(call => call.Id)],
            $"{events.Count} events");
        _verdict.Expect("the feed has no gap", events.Select(told => told.GetProperty("sequence").GetInt32()).SequenceEqual(Enumerable.Range(1, events.Count)));

        foreach (var copy in cluster.Servers)
        {
            using var response = await http.GetAsync(new Uri(copy.Address, "/health/audit"));
            var report = JsonElement.Parse(await response.Content.ReadAsStringAsync());
            var laws = report.GetProperty("laws").EnumerateArray().Where(law => law.GetProperty("status").GetString() != "ok").Select(law => law.ToString()).ToList();
            _verdict.Expect(
                $"the audit by {copy.Address} finds every law kept",
                response.StatusCode == HttpStatusCode.OK,
                laws.Count == 0 ? $"{report.GetProperty("laws").GetArrayLength()} laws" : string.Join(", ", laws));
        }

        static string FinalEventOf(CallRow call) => call.Status switch { "ended" => "call.ended", "error" => "call.failed", _ => "call.cancelled" };

        static string EventOf(JsonElement told) => told.GetProperty("event").GetString()!;

        static string CallOf(JsonElement told) => told.GetProperty("data").GetProperty("id").GetString()!;
    }

    /// <summary>All of a list.</summary>
    /// <param name="cursor">The parameter that asks for the next page.</param>
    private async Task<IReadOnlyList<JsonElement>> ReadAllAsync(HttpClient http, string path, string cursor)
    {
        var all = new List<JsonElement>();
        for (var next = path; ;)
        {
            var page = JsonElement.Parse(await http.GetStringAsync(new Uri(cluster.Servers[0].Address, next)));
            all.AddRange(page.GetProperty("data").EnumerateArray());
            var pagination = page.GetProperty("pagination");
            if (!pagination.GetProperty("hasMore").GetBoolean())
            {
                return all;
            }

            next = $"{path}&{cursor}={Uri.EscapeDataString(pagination.GetProperty("cursor").GetString()!)}";
        }
    }

    private void PrintFigures()
    {
        Console.WriteLine();
        Console.WriteLine($"{_tally.Requests,8} requests, {_tenant.Calls.Count} calls acknowledged, {_tenant.Cancelled.Count} cancelled, {_tenant.Blocked.Count} numbers blocked");
        Console.WriteLine($"{_kills.Count,8} kills");
        Console.WriteLine($"{_tally.Retries,8} retries");
        Console.WriteLine(
            $"{callbacks.Taken,8} callbacks taken, {callbacks.Refused} refused at the address of another call, {callbacks.Cut} cut by a kill, "
            + $"{callbacks.Unserved} while no copy served");
        Console.WriteLine();
        foreach (var (answer, count) in _tally.Answers.OrderByDescending(answered => answered.Value))
        {
            Console.WriteLine($"{count,8} × {answer}");
        }
    }

    private async Task<IReadOnlyList<string>> QueryColumnAsync(string sql) => [.. (await cluster.QueryAsync(sql)).Select(row => row[0])];

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset? Time(string milliseconds) =>
        milliseconds.Length == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(milliseconds, CultureInfo.InvariantCulture));

    /// <summary>A call as the database has it.</summary>
    private sealed record CallRow(string Id, string Status, string Reason, string To, DateTimeOffset? StartedAt, DateTimeOffset? SubmittedAt, DateTimeOffset? EndedAt);

    /// <param name="From">When it was both wanted and possible.</param>
    private sealed record HangUp(PlayedCall Order, DateTimeOffset From)
    {
        /// <summary>How long it took until the call was over; <c>null</c> when it is not.</summary>
        public TimeSpan? Took => Order.EndedAt - From;
    }
}
