using System.Collections.Concurrent;
using System.Globalization;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Platform.Ids;
using Npgsql;

namespace ErzyCall.FaultTests;

/// <summary>
/// Lets careful clients of three organizations work against two copies of the server while an <see cref="Adversary"/> breaks what it can, then lets everything come to its end, and counts:
/// what was acknowledged is there once, every call is final and was dialled at most once, and whoever should have heard of it has.
/// </summary>
internal sealed class CallFaults(Cluster cluster, TimeSpan duration, int seed)
{
    private const int ClientsPerTenant = 4;

    /// <summary>Longer than a call that its carrier never reports on, a lost submission, and a delivery's lease, one after the other.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>How exactly the copy whose clock is off knows PostgreSQL's.</summary>
    private static readonly TimeSpan s_clocksDiffer = TimeSpan.FromMilliseconds(50);

    /// <summary>How long whoever enters a number waits for what is on its way to it.</summary>
    private static readonly TimeSpan s_entryWaits = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A condition: a message was claimed by a process that died before the messenger had it. The server cannot know that it was not sent; so it never sends it again, and fails it when
    /// no report has come for half an hour, which a run does not wait for.
    /// </summary>
    private const string LostSubmission = "status = 'queued' AND claimed_at < now() - interval '60 seconds' AND NOT EXISTS (SELECT FROM simulated_messages WHERE message_id = messages.id)";

    private static readonly TimeSpan s_sampleEvery = TimeSpan.FromMilliseconds(50);

    private readonly Tally _tally = new();
    private readonly Verdict _verdict = new();
    private readonly ConcurrentQueue<string> _crowded = [];
    private List<Tenant> _tenants = [];
    private int _samples;

    public async Task<bool> RunAsync()
    {
        Console.WriteLine($"Two copies of the server, {duration.TotalMinutes:0.#} min, seed {seed}, output in {cluster.Folder}");
        _tenants = [await Tenant.CreateAsync(cluster, 4, _tally), await Tenant.CreateAsync(cluster, 10, _tally), await Tenant.CreateAsync(cluster, 25, _tally)];
        var adversary = new Adversary(cluster, seed);
        using var over = new CancellationTokenSource(duration);
        using var watched = new CancellationTokenSource();
        var watching = WatchAsync(watched.Token);
        var traffic = _tenants
            .SelectMany((tenant, index) => Enumerable.Range(1, ClientsPerTenant).Select(client => new Traffic(cluster, tenant, _tally, seed + (100 * index) + (10 * client))))
            .ToList();
        var reporting = ReportAsync(adversary, watched.Token);
        var working = Task.WhenAll(traffic.Select(client => client.RunAsync(over.Token)));
        await adversary.RunAsync(over.Token);
        await working;
        traffic.ForEach(client => client.Dispose());

        Console.WriteLine("All is mended; waiting for every call, message and delivery to come to its end…");
        await cluster.WhenReadyAsync();
        await UntilOverAsync();
        await watched.CancelAsync();
        await Task.WhenAll(watching, reporting);

        await JudgeAsync();
        foreach (var tenant in _tenants)
        {
            await tenant.DisposeAsync();
        }

        PrintFigures(adversary);
        cluster.IsKept = !_verdict.Print();
        return !cluster.IsKept;
    }

    /// <summary>From outside, in one statement and so at one instant: how many calls are dialled, and how many wait.</summary>
    private async Task WatchAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                var counts = await cluster.QueryAsync(
                    """
                    SELECT organization_id, count(*) FILTER (WHERE status = 'processing'), count(*) FILTER (WHERE status = 'new' OR due_at < now())
                    FROM calls WHERE status IN ('new', 'scheduled', 'processing') GROUP BY organization_id
                    """);
                _samples++;
                foreach (var tenant in _tenants)
                {
                    var count = counts.SingleOrDefault(row => Guid.Parse(row[0]) == Cluster.Uuid(tenant.Organization));
                    tenant.Waiting = count is null ? 0 : int.Parse(count[2], CultureInfo.InvariantCulture);
                    if (count is not null && int.Parse(count[1], CultureInfo.InvariantCulture) > tenant.MaxCalls)
                    {
                        _crowded.Enqueue($"{count[1]} of {tenant}");
                    }
                }
            }
            catch (NpgsqlException)
            {
                // Being restarted, or this very connection was cut.
            }

            await Task.Delay(s_sampleEvery, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReportAsync(Adversary adversary, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMinutes(1), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Console.WriteLine($"{_tally.Requests} requests, {_tenants.Sum(tenant => tenant.Promises.Count)} acknowledged, {adversary.Kills} kills, {_tally.Surprises.Count} surprises");
        }
    }

    private async Task UntilOverAsync()
    {
        var until = DateTimeOffset.UtcNow + s_patience;
        while (DateTimeOffset.UtcNow < until && await IsUnderWayAsync())
        {
            await Task.Delay(500);
        }
    }

    private async Task<bool> IsUnderWayAsync() =>
        await cluster.CountAsync(
            $"""
            SELECT (SELECT count(*) FROM calls WHERE status IN ('new', 'scheduled', 'processing'))
                 + (SELECT count(*) FROM messages WHERE direction = 'outbound' AND status NOT IN ('read', 'failed') AND NOT ({LostSubmission}))
                 + (SELECT count(*) FROM events WHERE sequence IS NULL AND NOT is_private)
                 + (SELECT count(*) FROM webhook_deliveries WHERE status = 'pending')
            """) > 0;

    private async Task JudgeAsync()
    {
        var promises = _tenants.SelectMany(tenant => tenant.Promises).ToList();
        var there = (await QueryColumnAsync(
            "SELECT id FROM calls UNION ALL SELECT id FROM contacts UNION ALL SELECT id FROM messages UNION ALL SELECT id FROM do_not_call_entries")).Select(Guid.Parse).ToHashSet();
        _verdict.ExpectNone("lost: what was acknowledged and is not there", [.. promises.Where(promise => !there.Contains(Cluster.Uuid(promise.Value.Id))).Select(promise => promise.Value.Id)], "0");
        _verdict.ExpectNone(
            "duplicated: keys with more than one call, contact or message",
            await QueryColumnAsync(
                """
                SELECT key FROM (
                  SELECT metadata ->> 'key' AS key FROM calls UNION ALL SELECT custom_fields ->> 'key' FROM contacts
                  UNION ALL SELECT template -> 'variables' ->> 'key' FROM messages WHERE direction = 'outbound') AS made
                GROUP BY key HAVING count(*) > 1 OR key IS NULL
                """),
            "0");
        _verdict.ExpectNone(
            "duplicated: keys that were answered with two resources",
            [.. promises.GroupBy(promise => promise.Value.Id).Where(keys => keys.Count() > 1).Select(keys => keys.Key)],
            "0");

        await JudgeDialsAsync();
        await JudgeEventsAsync();
        var (exitCode, report) = await cluster.TryRunAsync("audit");
        _verdict.Expect("the server's own audit finds every law kept", exitCode == 0, exitCode == 0 ? $"{report.Split('\n').Length} laws" : report);
        _verdict.ExpectNone("no organization had more calls in processing than its limit", _crowded, $"looked {_samples} times");
        _verdict.ExpectNone("every answer was 2xx, an error of the contract, or a broken connection", _tally.Surprises);
        _verdict.ExpectNone(
            "every message was sent and read, or lost with the process that was to send it",
            await QueryColumnAsync($"SELECT id FROM messages WHERE direction = 'outbound' AND status <> 'read' AND NOT ({LostSubmission})"),
            $"{await cluster.CountAsync("SELECT count(*) FROM messages WHERE direction = 'outbound'")}, of them {await cluster.CountAsync($"SELECT count(*) FROM messages WHERE {LostSubmission}")} lost and not sent");
    }

    private async Task JudgeDialsAsync()
    {
        var journal = await File.ReadAllLinesAsync(cluster.Journal);
        await JudgeLateDialsAsync(journal);
        var dials = journal.Select(line => line.Split(',')[0]).ToList();
        var calls = (await cluster.QueryAsync("SELECT id, status, ended_reason, (extract(epoch FROM started_at) * 1000)::bigint, \"to\" FROM calls"))
            .ToDictionary(row => new Id<Call>(Guid.Parse(row[0])).ToString(), row => (Status: row[1], Reason: row[2], StartedAt: row[3], To: row[4]));
        _verdict.ExpectNone("dialled twice", [.. dials.GroupBy(id => id).Where(times => times.Count() > 1).Select(times => times.Key)], $"0 of {dials.Count} dials");
        var dialled = dials.ToHashSet();
        _verdict.ExpectNone("every dial was of a call that had been claimed", [.. dialled.Where(id => calls.GetValueOrDefault(id).StartedAt is null or "")]);
        _verdict.ExpectNone(
            "no call has an outcome that its carrier was never asked for",
            [.. calls.Where(call => call.Value is { Status: "ended", Reason: not "manually-canceled" } or { Reason: "carrier-rejected" } && !dialled.Contains(call.Key)).Select(call => call.Key)]);
        _verdict.ExpectNone("every call is final", await QueryColumnAsync("SELECT id FROM calls WHERE status NOT IN ('ended', 'cancelled', 'error')"), $"{calls.Count} calls");
        _verdict.Expect(
            "what could not be known was said to be unknown",
            isKept: true,
            $"{calls.Count(call => call.Value.Reason == "dispatch-unknown")} dispatch-unknown, {calls.Count(call => call.Value.Reason == "carrier-failed-to-connect")} not offered in time");
        _verdict.ExpectNone(
            "nobody was called who was known to be blocked",
            [
                .. _tenants.SelectMany(tenant => tenant.Blocked).SelectMany(blocked => calls
                    .Where(call => call.Value.To == blocked.Key && call.Value.StartedAt is { Length: > 0 } at && long.Parse(at, CultureInfo.InvariantCulture) > (blocked.Value + s_clocksDiffer).ToUnixTimeMilliseconds())
                    .Select(call => call.Key)),
            ],
            $"{_tenants.Sum(tenant => tenant.Blocked.Count)} numbers");
    }

    /// <summary>
    /// Compares when a client knew that a number was entered with when the carrier was told to dial it: the client's clock and the carrier's journal, neither of
    /// which the server has a hand in. Only a copy that stood still may be so late, and then the call must have been hung up.
    /// </summary>
    private async Task JudgeLateDialsAsync(string[] journal)
    {
        var blocked = _tenants.SelectMany(tenant => tenant.Blocked).ToDictionary(entry => entry.Key, entry => entry.Value);
        var late = journal
            .Select(line => line.Split(','))
            .Select(dial => (Call: dial[0], To: dial[1], At: DateTimeOffset.Parse(dial[2], CultureInfo.InvariantCulture)))
            .Where(dial => blocked.TryGetValue(dial.To, out var at) && dial.At > at + s_clocksDiffer)
            .ToList();
        var pauses = cluster.Servers.SelectMany(copy => copy.StoodStill).ToList();
        bool WasDueToAPause((string Call, string To, DateTimeOffset At) dial) =>
            pauses.Exists(pause => pause.From < dial.At && pause.To > blocked[dial.To] - s_entryWaits);

        _verdict.ExpectNone(
            "dialled after the ledger's 201, unless a copy stood still",
            [.. late.Where(dial => !WasDueToAPause(dial)).Select(dial => $"{dial.Call} {(dial.At - blocked[dial.To]).TotalMilliseconds:0} ms")],
            $"0 of {blocked.Count} numbers; by a copy that stood still: {late.Count}");
        var hungUp = (await QueryColumnAsync(
            """
            SELECT id FROM calls LEFT JOIN simulated_calls ON call_id = id WHERE hung_up_at IS NOT NULL OR ended_reason = 'contact-opted-out'
            """)).Select(Guid.Parse).ToHashSet();
        _verdict.ExpectNone(
            "those hung up: all", [.. late.Where(dial => !hungUp.Contains(Cluster.Uuid(dial.Call))).Select(dial => dial.Call)], $"{late.Count} of {late.Count}");
    }

    private async Task JudgeEventsAsync()
    {
        _verdict.ExpectNone(
            "every call has exactly one final event, and it is that of its state",
            await QueryColumnAsync(
                """
                SELECT calls.id FROM calls LEFT JOIN events ON resource_id = calls.id AND type IN ('call.ended', 'call.failed', 'call.cancelled')
                GROUP BY calls.id
                HAVING count(*) <> 1 OR min(type) IS DISTINCT FROM CASE status WHEN 'ended' THEN 'call.ended' WHEN 'error' THEN 'call.failed' ELSE 'call.cancelled' END
                """));
        _verdict.ExpectNone(
            "every event has its delivery",
            await QueryColumnAsync(
                """
                SELECT events.id FROM events JOIN webhook_endpoints AS endpoint USING (organization_id)
                WHERE NOT is_private AND NOT EXISTS (SELECT FROM webhook_deliveries WHERE event_id = events.id AND endpoint_id = endpoint.id)
                """));
        _verdict.ExpectNone(
            "no feed has a gap",
            await QueryColumnAsync("SELECT organization_id FROM events WHERE NOT is_private GROUP BY organization_id HAVING max(sequence) <> count(*) OR min(sequence) <> 1"));
        foreach (var tenant in _tenants)
        {
            var events = await QueryColumnAsync($"SELECT id FROM events WHERE NOT is_private AND organization_id = '{Cluster.Uuid(tenant.Organization)}'");
            var taken = tenant.Receiver.Taken.Keys.Select(Cluster.Uuid).ToHashSet();
            _verdict.ExpectNone(
                $"every event reached the receiver of {tenant}",
                [.. events.Where(id => !taken.Contains(Guid.Parse(id)))],
                $"{events.Count} events, {tenant.Receiver.Taken.Values.Sum(times => times - 1)} of them again");
        }
    }

    private void PrintFigures(Adversary adversary)
    {
        Console.WriteLine();
        Console.WriteLine($"{_tally.Requests,8} requests, {_tenants.Sum(tenant => tenant.Promises.Count)} things made by them acknowledged");
        Console.WriteLine($"{adversary.Kills,8} kills");
        Console.WriteLine($"{_tally.Retries,8} retries");
        Console.WriteLine($"{_tally.Replays,8} replays");
        Console.WriteLine();
        foreach (var (what, count) in adversary.Done.OrderByDescending(done => done.Value))
        {
            Console.WriteLine($"{count,8} × {what}");
        }

        Console.WriteLine();
        foreach (var (answer, count) in _tally.Answers.OrderByDescending(answered => answered.Value))
        {
            Console.WriteLine($"{count,8} × {answer}");
        }
    }

    private async Task<IReadOnlyList<string>> QueryColumnAsync(string sql) => [.. (await cluster.QueryAsync(sql)).Select(row => row[0])];
}
