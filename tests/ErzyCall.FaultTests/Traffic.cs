using System.Globalization;

namespace ErzyCall.FaultTests;

/// <summary>One client of an organization, which does all that its program would: calls now and later, in batches and with contacts, cancels, blocks numbers, writes messages, and repeats itself.</summary>
internal sealed class Traffic(Cluster cluster, Tenant tenant, Tally tally, int seed) : IDisposable
{
    private const string Calls = "/api/v1/calls";

    /// <summary>Of a hundred requests: enough that most keys of a long run have met one.</summary>
    private const int Cuts = 8;

    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(400);

    /// <summary>About as long as it takes from a call's creation to its dial.</summary>
    private static readonly TimeSpan s_race = TimeSpan.FromMilliseconds(150);

    /// <summary>How a number may end that the simulated carrier does something special with.</summary>
    private static readonly string[] s_special = ["0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008"];

    private readonly Random _random = new(seed);
    private readonly CarefulClient _client = new(cluster, tenant.Key, tally, new Random(seed + 1)) { Cuts = Cuts };
    private readonly CarefulClient _other = new(cluster, tenant.Key, tally, new Random(seed + 2)) { Cuts = Cuts };
    private readonly List<string> _keys = [];

    public async Task RunAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await (_random.Next(100) switch
            {
                < 37 => CallAsync(),
                < 45 => RaceAsync(),
                < 57 => ScheduleAsync(),
                < 65 => BatchAsync(),
                < 72 => CancelAsync(),
                < 79 => CallContactAsync(),
                < 83 => BlockAsync(),
                < 90 => WriteAsync(),
                < 96 => RepeatAsync(),
                _ => RepeatOtherwiseAsync(),
            });

            // No faster than its calls are dialled: a run that ends with an hour of work left has not shown that every call reaches its end.
            do
            {
                await Task.Delay(_random.NextDouble() * s_longestPause, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            while (tenant.Waiting > 3 * tenant.MaxCalls && !over.IsCancellationRequested);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _other.Dispose();
    }

    private Task<string?> CallAsync() => KeepAsync(Calls, key => new { to = NextNumber(), from = Tenant.From, metadata = new { key } });

    private Task<string?> ScheduleAsync()
    {
        var at = DateTimeOffset.UtcNow.AddSeconds(_random.Next(5, 15)).ToString("O", CultureInfo.InvariantCulture);
        return KeepAsync(Calls, key => new { to = NextNumber(), from = Tenant.From, scheduledAt = at, metadata = new { key } });
    }

    private async Task BatchAsync()
    {
        var key = CarefulClient.NewKey();
        var calls = Enumerable.Range(0, _random.Next(1, 8)).Select(i => new { to = NextNumber(), metadata = new { key = $"{key}/{i}" } }).ToList();
        var body = new { defaults = new { from = Tenant.From }, calls };
        if (await _client.PostAsync($"{Calls}/batch", body, key) is not { IsSuccess: true } answer)
        {
            return;
        }

        foreach (var item in answer.Body.GetProperty("data").EnumerateArray().Where(item => item.GetProperty("status").GetInt32() == 201))
        {
            tenant.Promises[$"{key}/{item.GetProperty("index").GetInt32()}"] = new Promise(Calls, body, item.GetProperty("data").GetProperty("id").GetString()!);
        }
    }

    private async Task CallContactAsync()
    {
        var to = NextNumber();
        if (await KeepAsync("/api/v1/contacts", key => new { title = "Ada \"Łove\" 🎉", phone = to, customFields = new { key } }) is { } contactId)
        {
            await KeepAsync(Calls, key => new { to, from = Tenant.From, contactId, firstMessage = "Hello {{name}}", metadata = new { key } });
        }
    }

    private async Task CancelAsync()
    {
        if (OneOfMine(Calls) is (_, { } call))
        {
            await _client.PostAsync($"{Calls}/{call.Id}/cancel", body: null);
        }
    }

    /// <summary>Somebody asks not to be called; whoever calls them all the same is refused.</summary>
    private async Task BlockAsync()
    {
        var to = NextNumber();
        await KeepAsync(Calls, key => new { to, from = Tenant.From, metadata = new { key } });
        if ((await _client.PostAsync("/api/v1/do-not-call", new { phone = to, reason = "Asked by letter" })).IsSuccess)
        {
            tenant.Blocked[to] = DateTimeOffset.UtcNow;
            var key = CarefulClient.NewKey();
            var refused = await _client.PostAsync(Calls, new { to, from = Tenant.From, metadata = new { key } }, key);
            if (refused.ErrorCode != "CONTACT_OPTED_OUT")
            {
                tally.Surprised($"a call to a blocked number was answered {refused.Status}");
            }
        }
    }

    /// <summary>Somebody is called, and asks not to be at the same time.</summary>
    private async Task RaceAsync()
    {
        var to = NextNumber(isSpecial: false);
        var calling = KeepAsync(Calls, key => new { to, from = Tenant.From, metadata = new { key } });
        await Task.Delay(_random.NextDouble() * s_race);
        if ((await _other.PostAsync("/api/v1/do-not-call", new { phone = to, reason = "Asked at the door" })).IsSuccess)
        {
            tenant.Blocked[to] = DateTimeOffset.UtcNow;
        }

        await calling;
    }

    private Task<string?> WriteAsync() => KeepAsync(
        "/api/v1/whatsapp/messages",
        key => new { integrationId = tenant.Account, to = NextNumber(isSpecial: false), type = "template", template = new { name = "appointment_reminder", language = "en_US", variables = new { key } } });

    /// <summary>The same request under the same key: the same answer.</summary>
    private async Task RepeatAsync()
    {
        if (OneOfMine() is ({ } key, { } promise) && await _client.PostAsync(promise.Path, promise.Body, key) is var answer
            && (!answer.IsReplay || IdOf(answer) != promise.Id))
        {
            tally.Surprised($"{key} was answered {promise.Id} and then {answer.Status} {IdOf(answer)}");
        }
    }

    /// <summary>Another request under the same key: refused.</summary>
    private async Task RepeatOtherwiseAsync()
    {
        if (OneOfMine() is ({ } key, { } promise) && await _client.PostAsync(promise.Path, new { title = "Another", phone = NextNumber() }, key) is { ErrorCode: not "IDEMPOTENCY_MISMATCH" } answer)
        {
            tally.Surprised($"{key} was used for another body and answered {answer.Status}");
        }
    }

    /// <returns>The id of what was made; <c>null</c> when it was refused.</returns>
    private async Task<string?> KeepAsync(string path, Func<string, object> describe)
    {
        var key = CarefulClient.NewKey();
        var body = describe(key);
        var answer = await _client.PostAsync(path, body, key);
        if (!answer.IsSuccess)
        {
            return null;
        }

        var promise = new Promise(path, body, IdOf(answer)!);
        tenant.Promises[key] = promise;
        _keys.Add(key);
        return promise.Id;
    }

    private (string Key, Promise Promise)? OneOfMine(string? path = null)
    {
        if (_keys.Count == 0)
        {
            return null;
        }

        // A recent one: it is what is still under way.
        var key = _keys[^_random.Next(1, Math.Min(_keys.Count, 20) + 1)];
        var promise = tenant.Promises[key];
        return path is null || promise.Path == path ? (key, promise) : null;
    }

    private string NextNumber(bool isSpecial = true)
    {
        var ending = isSpecial && _random.Next(100) < 30 ? _random.GetItems(s_special, 1)[0] : _random.Next(1_000, 10_000).ToString(CultureInfo.InvariantCulture);
        return $"+1{_random.Next(200_000, 1_000_000)}{ending}";
    }

    private static string? IdOf(Answer answer) => answer.IsSuccess ? answer.Body.GetProperty("data").GetProperty("id").GetString() : null;
}
