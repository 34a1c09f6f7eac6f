using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ErzyCall.IntegrationTests.Commands;

namespace ErzyCall.IntegrationTests.Local;

/// <summary>The local server as a process of its own, as somebody starts it on a laptop, on a free port.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    private LocalServer(string dataDirectory)
    {
        Url = $"http://127.0.0.1:{FreePort()}";
        _process = Process.Start(CommandProcess.StartInfo("ErzyCall.Local.dll", ["--urls", Url], ("Embedded__DataDirectory", dataDirectory)))!;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Url { get; }

    /// <summary>All that it has printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Started, and its welcome printed whole.</summary>
    public static async Task<LocalServer> StartAsync(string dataDirectory)
    {
        var server = new LocalServer(dataDirectory);
        try
        {
            await Patience.UntilAsync(
                "the server has printed its welcome",
                () => server._process.HasExited || server.Output.Contains("For another API key", StringComparison.Ordinal) || server.Output.Split("\ncurl -s").Length == 4);
            Assert.False(server._process.HasExited, server.Output);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public HttpClient CreateClient(string key) => new() { BaseAddress = new Uri(Url), DefaultRequestHeaders = { { "X-API-Key", key } } };

    /// <summary>SIGKILL: nothing in the process gets to run.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private void Add(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
