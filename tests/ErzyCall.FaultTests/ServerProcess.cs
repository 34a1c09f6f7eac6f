using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace ErzyCall.FaultTests;

/// <summary>One copy of the server, which whoever deploys it has told to start again whenever it ends.</summary>
internal sealed class ServerProcess(Func<TimeSpan, ProcessStartInfo> start, int port, string log) : IAsyncDisposable
{
    private static readonly TimeSpan s_startAgainAfter = TimeSpan.FromMilliseconds(300);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly CancellationTokenSource _over = new();
    private volatile Process? _process;
    private volatile bool _isServing;
    private Task _kept = Task.CompletedTask;

    public Uri Address { get; } = new($"http://127.0.0.1:{port}");

    /// <summary>How far the clock of its machine is off when it starts the next time.</summary>
    public TimeSpan ClockOff { get; set; }

    /// <summary>From when to when it stood still, each time.</summary>
    public ConcurrentQueue<(DateTimeOffset From, DateTimeOffset To)> StoodStill { get; } = [];

    /// <summary>Whether it has begun to serve since it was last started.</summary>
    public bool IsServing => _isServing;

    public void Start() => _kept = KeepAsync();

    /// <summary>As <c>kill -9</c> does.</summary>
    public void Kill() => Signal("KILL");

    /// <param name="name">As <c>kill</c> names it.</param>
    public void Signal(string name)
    {
        if (_process is { } process)
        {
            Signals.Send(name, process.Id);
        }
    }

    /// <summary>The process stands still, as one does on a machine that swaps or is moved, and then goes on as if nothing had been.</summary>
    public async Task PauseAsync(TimeSpan pause)
    {
        var from = DateTimeOffset.UtcNow;
        Signal("STOP");
        await Task.Delay(pause);
        Signal("CONT");
        StoodStill.Enqueue((from, DateTimeOffset.UtcNow));
    }

    public async Task WhenReadyAsync(TimeSpan patience)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync())
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
            {
                throw new TimeoutException($"{Address} is not ready after {patience.TotalSeconds} s.");
            }

            await Task.Delay(200);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        Kill();
        await _kept;
        _over.Dispose();
        _http.Dispose();
    }

    private async Task KeepAsync()
    {
        await using var output = new StreamWriter(log, append: true) { AutoFlush = true };
        while (!_over.IsCancellationRequested)
        {
            using var process = Process.Start(start(ClockOff))!;
            _process = process;
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                _isServing |= line.Contains("Now listening on", StringComparison.Ordinal);
                await output.WriteLineAsync(line);
            }

            _isServing = false;
            await process.WaitForExitAsync();
            _process = null;
            await Task.Delay(s_startAgainAfter, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(Address, "/health/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException or SocketException)
        {
            return false;
        }
    }
}

internal static class Signals
{
    /// <summary>To a process that may have ended in this moment.</summary>
    public static void Send(string name, int process)
    {
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{name}", $"{process}"]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }
}
