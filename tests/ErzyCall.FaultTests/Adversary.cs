using System.Collections.Concurrent;

namespace ErzyCall.FaultTests;

/// <summary>Breaks one thing after another, at moments and in an order that follow from its seed.</summary>
internal sealed class Adversary(Cluster cluster, int seed)
{
    private const string Killing = "kill -9 of a copy";

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(3);

    /// <summary>Longer than any lease: who stood still so long must find that the world has gone on without it.</summary>
    private static readonly TimeSpan s_longerThanLeases = TimeSpan.FromSeconds(70);

    private readonly Random _random = new(seed);
    private readonly List<Task> _pauses = [];
    /// <summary>Which is left alone: it would not be standing still if it were killed.</summary>
    private ServerProcess? _still;

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
        < 66 => DoAsync(Killing, copy => copy.Kill()),
        < 71 => DoAsync("SIGTERM to a copy", copy => copy.Signal("TERM")),
        < 77 => DoAsync("a copy stands still for some seconds", copy => _pauses.Add(copy.PauseAsync(Seconds(8)))),
        < 79 when _still is null => DoAsync("a copy stands still for longer than its leases", copy => _pauses.Add(PauseForLongAsync(copy))),
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
        Done.AddOrUpdate(what, 1, static (_, count) => count + 1);
    }

    /// <summary>To a copy that serves: one that is killed before it does shows nothing, and on a slow machine nothing else would ever happen.</summary>
    private Task DoAsync(string what, Action<ServerProcess> act)
    {
        var victims = cluster.Servers.Where(copy => copy.IsServing && copy != _still).ToArray();
        return victims.Length == 0 ? Task.CompletedTask : DoAsync(what, () =>
        {
            act(_random.GetItems(victims, 1)[0]);
            return Task.CompletedTask;
        });
    }

    private async Task PauseForLongAsync(ServerProcess copy)
    {
        _still = copy;
        await copy.PauseAsync(s_longerThanLeases);
        _still = null;
    }

    private void StartWithWrongClock(ServerProcess copy)
    {
        copy.ClockOff = TimeSpan.FromHours(_random.Next(3) - 1);
        copy.Kill();
    }

    private async Task StallRedisAsync()
    {
        cluster.Redis.Signal("STOP");
        await Task.Delay(Seconds(6));
        cluster.Redis.Signal("CONT");
    }

    private TimeSpan Seconds(int most) => TimeSpan.FromSeconds(_random.NextDouble() * most);
}
