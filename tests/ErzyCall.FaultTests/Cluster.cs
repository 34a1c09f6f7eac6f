using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ErzyCall.FaultTests;

/// <summary>PostgreSQL and Redis of its own in a temporary folder, and two copies of the server on them, each a process.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    // Not CreateTempSubdirectory, which lets nobody else in: PostgreSQL may have to run as another user.
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"erzycall-faults-{Guid.CreateVersion7()}")).FullName;
    private readonly Dictionary<string, string> _connections = [];
    private Process? _databases;

    private Cluster()
    {
    }

    public List<ServerProcess> Servers { get; } = [];

    public string Postgres => _connections["ConnectionStrings__Postgres"];

    public static async Task<Cluster> StartAsync()
    {
        var cluster = new Cluster();
        await cluster.StartDatabasesAsync();
        await cluster.RunAsync("migrate");
        for (var i = 0; i < 2; i++)
        {
            var server = new ServerProcess(cluster.NewServer, FreePort());
            cluster.Servers.Add(server);
            server.Start();
        }

        await Task.WhenAll(cluster.Servers.Select(server => server.WhenReadyAsync(s_patience)));
        return cluster;
    }

    /// <summary>One that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A command of the server; what it prints.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Dotnet("ErzyCall.Api.dll", arguments))!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{string.Join(' ', arguments)} exited with {process.ExitCode}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers)
        {
            server.Kill();
        }

        // Its databases stop when it is gone.
        _databases?.Kill();
        await (_databases?.WaitForExitAsync() ?? Task.CompletedTask);
        _databases?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartDatabasesAsync()
    {
        var start = Dotnet("ErzyCall.Local.dll", ["databases"]);
        start.Environment["Embedded__DataDirectory"] = _folder;
        _databases = Process.Start(start)!;
        while (_connections.Count < 2 && await _databases.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ConnectionStrings__", StringComparison.Ordinal) && line.Split('=', 2) is [var name, var connection])
            {
                _connections.Add(name, connection);
            }
        }
    }

    private ProcessStartInfo NewServer(int port)
    {
        var start = Dotnet("ErzyCall.Api.dll", []);
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment["Webhooks__AllowPrivateTargets"] = "true";
        start.Environment["Serilog__MinimumLevel__Default"] = "Error";
        return start;
    }

    private ProcessStartInfo Dotnet(string assembly, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]) { RedirectStandardOutput = true };
        foreach (var (name, connection) in _connections)
        {
            start.Environment[name] = connection;
        }

        return start;
    }
}

/// <summary>One copy of the server, which can be killed at any instruction and started again.</summary>
internal sealed class ServerProcess(Func<int, ProcessStartInfo> start, int port)
{
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private Process? _process;

    public Uri Address { get; } = new($"http://127.0.0.1:{port}");

    public void Start()
    {
        _process = Process.Start(start(port))!;

        // Read, or the process would stand still when the pipe is full.
        _process.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
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

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await s_http.GetAsync(new Uri(Address, "/health/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
