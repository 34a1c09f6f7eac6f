using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace ErzyCall.Bench.Machine;

/// <summary>A program that serves, in a process of its own whose output goes to a file, as it does in a container.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(5);

    private readonly Process _process;

    private Server(string name, Process process, int port)
    {
        (Name, _process) = (name, process);
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
        Http = new HttpClient { BaseAddress = new Uri($"http://{EndPoint}"), Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>What it is called in the tables.</summary>
    public string Name { get; }

    public IPEndPoint EndPoint { get; }

    public HttpClient Http { get; }

    public int ProcessId => _process.Id;

    /// <summary>The time from the start of the process until it was ready.</summary>
    public TimeSpan StartedWithin { get; private set; }

    /// <summary>The memory that it holds now, in megabytes.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1024.0 / 1024;
        }
    }

    /// <summary>The most memory that it has held since <see cref="ForgetPeak"/>, or since it was started, in megabytes.</summary>
    public double PeakMegabytes => double.Parse(
        File.ReadLines($"/proc/{ProcessId}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;

    public void ForgetPeak() => File.WriteAllText($"/proc/{ProcessId}/clear_refs", "5");

    /// <summary>Starts a program and waits until it says that it is ready.</summary>
    /// <param name="start">The program, which listens where <c>ASPNETCORE_URLS</c> says.</param>
    /// <param name="log">The file for its output.</param>
    public static async Task<Server> StartAsync(string name, ProcessStartInfo start, string log)
    {
        var port = Programs.FreePort();
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";

        // The shell hands its process over: its id is the program's.
        List<string> whole = [start.FileName, .. start.ArgumentList];
        start.FileName = "/bin/sh";
        start.ArgumentList.Clear();
        foreach (var argument in (string[])["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", log, .. whole])
        {
            start.ArgumentList.Add(argument);
        }

        var began = Stopwatch.GetTimestamp();
        var server = new Server(name, Process.Start(start)!, port);
        try
        {
            await server.WhenReadyAsync(began);
            server.StartedWithin = Stopwatch.GetElapsedTime(began);
            return server;
        }
        catch (Exception)
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it as a failure of the machine does: no promise of the server depends on how it ends.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task WhenReadyAsync(long began)
    {
        while (true)
        {
            try
            {
                using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // It does not listen yet.
            }

            if (Stopwatch.GetElapsedTime(began) > s_patience)
            {
                throw new TimeoutException($"{Name} is not ready after {s_patience.TotalSeconds} s.");
            }

            await Task.Delay(s_lookEvery);
        }
    }
}
