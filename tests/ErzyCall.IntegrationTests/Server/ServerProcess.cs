using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ErzyCall.IntegrationTests.Commands;
using ErzyCall.IntegrationTests.Local;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>The server as it is deployed: a process of its own that listens on a port and writes its log to standard output.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private readonly List<string> _log = [];
    private readonly Process _process;

    private ServerProcess(string postgres, string redis, string environment)
    {
        _process = Process.Start(CommandProcess.StartInfo(
            "ErzyCall.Api.dll",
            ["--urls", "http://127.0.0.1:0"],
            ("ASPNETCORE_ENVIRONMENT", environment),
            ("ConnectionStrings__Postgres", postgres),
            ("ConnectionStrings__Redis", redis),
            ("Workers__Enabled", "false")))!;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; private set; }

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

    /// <summary>Started, and listening.</summary>
    /// <param name="postgres">The connection string of a migrated database.</param>
    public static async Task<ServerProcess> StartAsync(string postgres, string redis, string environment = "Production")
    {
        var server = new ServerProcess(postgres, redis, environment);
        try
        {
            await Patience.UntilAsync("the server listens", () => server._process.HasExited || server.FindPort());
            Assert.False(server._process.HasExited, string.Join('\n', server.Log));
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
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("X-API-Key", key);
        }

        return client;
    }

    public Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(Port);

    /// <summary>The first line with <paramref name="text"/> in it, once it has been written.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        await Patience.UntilAsync($"the log tells of {text}", () => Log.Any(line => line.Contains(text, StringComparison.Ordinal)));
        return Log.First(line => line.Contains(text, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private bool FindPort()
    {
        Port = Log.Select(line => ListensOn().Match(line)).Where(match => match.Success).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).FirstOrDefault();
        return Port != 0;
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

    [GeneratedRegex(@"http://127\.0\.0\.1:([0-9]+)")]
    private static partial Regex ListensOn();
}
