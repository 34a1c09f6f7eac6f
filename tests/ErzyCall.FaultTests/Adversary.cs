using System.Collections.Concurrent;

namespace ErzyCall.FaultTests;

/// <summary>Breaks one thing after another, at moments and in an order that follow from its seed.</summary>
internal sealed class Adversary(Cluster cluster, int seed)
{
    private const string Killing = "kill -9 of a copy";

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(4);

    /// <summary>Longer than any lease: who stood still so long must find that the world has gone on without it.</summary>
    private static readonly TimeSpan s_longerThanLeases = TimeSpan.FromSeconds(70);

    private readonly Random _random = new(seed);
    private readonly List<Task> _pauses = [];
    private bool _isLongPause;

    public ConcurrentDictionary<string, int> Done { get; } = [];

    public int Kills => Done.GetValueOrDefault(Killing);

    public async Task RunAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(_random.NextDouble() * s_longestPause, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!over.IsCancellationRequested)
            {
                await BreakSomethingAsync();
            }
        }

        await Task.WhenAll(_pauses);
    }

    private Task BreakSomethingAsync() => _random.Next(100) switch
    {
        < 66 => DoAsync(Killing, () => Victim().Kill()),
        < 71 => DoAsync("SIGTERM to a copy", () => Victim().Signal("TERM")),
        < 77 => DoAsync("a copy stands still for some seconds", () => PauseLater(Victim(), Seconds(8))),
        < 79 when !_isLongPause => DoAsync("a copy stands still for longer than its leases", PauseForLong),
        < 82 => DoAsync("a copy starts with a clock an hour off", StartWithWrongClock),
        < 87 => DoAsync("PostgreSQL's connections cut", cluster.Postgres.CutConnectionsAsync),
        < 91 => DoAsync("PostgreSQL restarted after an immediate shutdown", () => cluster.Postgres.RestartImmediatelyAsync(Seconds(3))),
        < 94 => DoAsync("Redis emptied", cluster.Redis.EmptyAsync),
        < 97 => DoAsync("Redis stopped and started", () => cluster.Redis.RestartAsync(Seconds(5))),
        _ => DoAsync("Redis stands still for some seconds", StallRedisAsync),
    };

    private async Task DoAsync(string what, Func<Task> act)
    {
        await act();
        Count(what);
    }

    /// <param name="act">Whether there was something to break.</param>
    private Task DoAsync(string what, Func<bool> act)
    {
        if (act())
        {
            Count(what);
        }

        return Task.CompletedTask;
    }

    private void Count(string what) => Done.AddOrUpdate(what, 1, static (_, count) => count + 1);

    /// <summary>Beside what else is broken meanwhile.</summary>
    private bool PauseLater(ServerProcess server, TimeSpan pause)
    {
        _pauses.Add(server.PauseAsync(pause));
        return true;
    }

    private bool PauseForLong()
    {
        _isLongPause = true;
        _pauses.Add(PauseAsync());
        return true;

        async Task PauseAsync()
        {
            await cluster.Servers[0].PauseAsync(s_longerThanLeases);
            _isLongPause = false;
        }
    }

    private bool StartWithWrongClock()
    {
        cluster.ClockOff = TimeSpan.FromHours(_random.Next(3) - 1);
        return cluster.Servers[1].Kill();
    }

    private async Task StallRedisAsync()
    {
        cluster.Redis.Signal("STOP");
        await Task.Delay(Seconds(6));
        cluster.Redis.Signal("CONT");
    }

    /// <summary>While one stands still for long, the other one: it would not be standing still if it were killed.</summary>
    private ServerProcess Victim() => cluster.Servers[_isLongPause ? 1 : _random.Next(cluster.Servers.Count)];

    private TimeSpan Seconds(int most) => TimeSpan.FromSeconds(_random.NextDouble() * most);
}
