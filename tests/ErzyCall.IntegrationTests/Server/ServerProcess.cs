using System.Diagnostics;
using System.Text.RegularExpressions;
using ErzyCall.IntegrationTests.Commands;
using ErzyCall.IntegrationTests.Local;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>The server as it is deployed: a process of its own that listens on a port, writes its log to standard output, and can be told to stop.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private readonly List<string> _log = [];
    private readonly Process _process;

    private ServerProcess(string postgres, string redis, (string Name, string Value)[] settings)
    {
        _process = Process.Start(CommandProcess.StartInfo(
            "ErzyCall.Api.dll",
            [],
            [
                ("ConnectionStrings__Postgres", postgres), ("ConnectionStrings__Redis", redis), ("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("Simulator__Speed", "0"),
                ("Shutdown__Delay", "00:00:00"), .. settings,
            ]))!;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Url { get; private set; } = null!;

    /// <summary>All lines that it has written.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log)
            {
                return [.. _log];
            }
        }
    }

    public string Output => string.Join('\n', Log);

    public bool HasEnded => _process.HasExited;

    /// <summary>One that takes requests. Its carrier and messenger take no time, and it stops without a delay, unless the settings say otherwise.</summary>
    /// <param name="postgres">The connection string of a migrated database.</param>
    public static async Task<ServerProcess> StartAsync(string postgres, string redis, params (string Name, string Value)[] settings)
    {
        var server = new ServerProcess(postgres, redis, settings);
        try
        {
            await Patience.UntilAsync("the server listens", () => server.HasEnded || ListensOn().IsMatch(server.Output));
            Assert.False(server.HasEnded, server.Output);
            server.Url = new Uri(ListensOn().Match(server.Output).Value);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public HttpClient CreateClient(string? key = null)
    {
        var client = new HttpClient { BaseAddress = Url };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("X-API-Key", key);
        }

        return client;
    }

    /// <summary>A client of its own, with connections of its own.</summary>
#pragma warning disable CA2000 // For the rest of the test, as every ApiClient.
    public ApiClient CreateApiClient(string? key = null) => new(CreateClient(key));
#pragma warning restore CA2000

    public Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(Url.Port);

    /// <summary>The first line with <paramref name="text"/> in it, once it has been written.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        await Patience.UntilAsync($"the log tells of {text}", () => Log.Any(line => line.Contains(text, StringComparison.Ordinal)));
        return Log.First(line => line.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>SIGTERM: what tells a container to stop.</summary>
    public Task TerminateAsync() => Signal.TerminateAsync(_process.Id);

    /// <summary>SIGINT: Ctrl-C.</summary>
    public Task InterruptAsync() => Signal.InterruptAsync(_process.Id);

    /// <summary>Its exit code, when it has ended.</summary>
    public async Task<int> WhenEndedAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!HasEnded)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.Add(line);
            }
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+")]
    private static partial Regex ListensOn();
}
