using System.Collections.Concurrent;
using System.Globalization;

namespace ErzyCall.FaultTests;

/// <summary>An organization that rings real phones, and what its clients were told.</summary>
internal sealed record LiveTenant(string Organization, string Key, string From, int MaxCalls)
{
    /// <summary>The ids of the calls that the server has acknowledged, by the key that is in their metadata.</summary>
    public ConcurrentDictionary<string, string> Calls { get; } = [];

    /// <summary>Calls whose cancellation the server has acknowledged, and when the client knew.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Cancelled { get; } = [];

    /// <summary>Numbers that the server has acknowledged as entered into the do-not-call ledger, and when the client knew.</summary>
    public ConcurrentDictionary<string, DateTimeOffset> Blocked { get; } = [];

    /// <summary>How many of its calls are not dialled yet, as last counted.</summary>
    public int Waiting { get; set; }
}

/// <summary>One client of an organization that rings real phones: it calls now and later, alone and in batches, cancels, and enters numbers into the do-not-call ledger.</summary>
internal sealed class CarrierTraffic(Cluster cluster, LiveTenant tenant, Tally tally, int seed) : IDisposable
{
    private const string CallsPath = "/api/v1/calls";

    /// <summary>Of a hundred requests.</summary>
    private const int Cuts = 8;

    /// <summary>The carrier is asked for its newest thousand calls at most, so there must not be more in the two minutes after which it shows all.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(3);

    /// <summary>About as long as it takes until somebody answers.</summary>
    private static readonly TimeSpan s_rings = TimeSpan.FromSeconds(3);

    private readonly Random _random = new(seed);
    private readonly CarefulClient _client = new(cluster, tenant.Key, tally, new Random(seed + 1)) { Cuts = Cuts };
    private readonly List<string> _calls = [];

    public async Task RunAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await (_random.Next(100) switch
            {
                < 48 => CallAsync(NextNumber()),
                < 60 => BatchAsync(),
                < 76 => CancelAsync(),
                < 84 => BlockBeforeAsync(),
                < 95 => BlockMeanwhileAsync(),
                _ => CallBlockedAsync(),
            });

            do
            {
                await Task.Delay(_random.NextDouble() * s_longestPause, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            while (tenant.Waiting > 2 * tenant.MaxCalls && !over.IsCancellationRequested);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task CallAsync(string to, DateTimeOffset? at = null)
    {
        var key = CarefulClient.NewKey();
        var body = new Dictionary<string, object> { ["to"] = to, ["from"] = tenant.From, ["metadata"] = new { key } };
        if (at is { } time)
        {
            body["scheduledAt"] = time.ToString("O", CultureInfo.InvariantCulture);
        }

        if (await _client.PostAsync(CallsPath, body, key) is { IsSuccess: true } answer)
        {
            Keep(key, answer.Body.GetProperty("data").GetProperty("id").GetString()!);
        }
    }

    /// <summary>Several calls that are claimed together.</summary>
    private async Task BatchAsync()
    {
        var key = CarefulClient.NewKey();
        var calls = Enumerable.Range(0, _random.Next(2, 7)).Select(i => new { to = NextNumber(), metadata = new { key = $"{key}/{i}" } }).ToList();
        if (await _client.PostAsync($"{CallsPath}/batch", new { defaults = new { from = tenant.From }, calls }, key) is not { IsSuccess: true } answer)
        {
            return;
        }

        foreach (var item in answer.Body.GetProperty("data").EnumerateArray().Where(item => item.GetProperty("status").GetInt32() == 201))
        {
            Keep($"{key}/{item.GetProperty("index").GetInt32()}", item.GetProperty("data").GetProperty("id").GetString()!);
        }
    }

    /// <summary>Cancels a call that may wait, be under way to the carrier, ring, be talked on, or be over.</summary>
    private async Task CancelAsync()
    {
        if (_calls.Count > 0)
        {
            var call = _calls[^_random.Next(1, Math.Min(_calls.Count, 6) + 1)];
            if ((await _client.PostAsync($"{CallsPath}/{call}/cancel", body: null)).IsSuccess)
            {
                tenant.Cancelled.TryAdd(call, DateTimeOffset.UtcNow);
            }
        }
    }

    /// <summary>Somebody who is to be called later asks not to be.</summary>
    private async Task BlockBeforeAsync()
    {
        var to = NextNumber();
        await CallAsync(to, DateTimeOffset.UtcNow.AddSeconds(_random.Next(5, 15)));
        await BlockAsync(to);
    }

    /// <summary>Somebody asks not to be called while their call is under way to the carrier, or their phone rings.</summary>
    private async Task BlockMeanwhileAsync()
    {
        var to = NextNumber();
        await CallAsync(to);
        await Task.Delay(_random.NextDouble() * s_rings);
        await BlockAsync(to);
    }

    private async Task CallBlockedAsync()
    {
        var to = NextNumber();
        if (await BlockAsync(to))
        {
            var key = CarefulClient.NewKey();
            var refused = await _client.PostAsync(CallsPath, new { to, from = tenant.From, metadata = new { key } }, key);
            if (refused.ErrorCode != "CONTACT_OPTED_OUT")
            {
                tally.Surprised($"a call to a blocked number was answered {refused.Status}");
            }
        }
    }

    private async Task<bool> BlockAsync(string number)
    {
        var isBlocked = (await _client.PostAsync("/api/v1/do-not-call", new { phone = number, reason = "Asked by letter" })).IsSuccess;
        if (isBlocked)
        {
            tenant.Blocked[number] = DateTimeOffset.UtcNow;
        }

        return isBlocked;
    }

    private void Keep(string key, string id)
    {
        tenant.Calls[key] = id;
        _calls.Add(id);
    }

    private string NextNumber() => $"+1{_random.Next(200_000, 1_000_000)}{_random.Next(1_000, 10_000)}";
}
