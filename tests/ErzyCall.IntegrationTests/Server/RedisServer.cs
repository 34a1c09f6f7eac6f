using System.Diagnostics;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.Local;
using StackExchange.Redis;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A server of the Redis protocol that can be stopped and started again, empty, at the same address.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    public const string Garnet = "Garnet";

    public const string Redis = "redis-server";

    // A pipe that closes when we close it and also when we are killed: either way Redis does not outlive us.
    private const string Supervised = """ "$@" >/dev/null 2>&1 & redis=$!; read -r _; kill $redis; wait $redis """;

    private readonly string _kind;
    private readonly string _folder;
    private PrivateRedis? _garnet;
    private Process? _redis;
    private string? _pidFile;
    private bool _standsStill;

    private RedisServer(string kind, string folder) => (_kind, _folder) = (kind, folder);

    /// <summary>The kinds that this machine has: the one inside the local host always, the real one when it is on the PATH.</summary>
    public static IReadOnlyList<string> Kinds { get; } = OnPath(Redis) ? [Garnet, Redis] : [Garnet];

    public string ConnectionString { get; private set; } = "";

    /// <param name="folder">Its own; the caller deletes it.</param>
    public static async Task<RedisServer> StartAsync(string kind, string folder)
    {
        var server = new RedisServer(kind, folder);
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        if (_kind == Garnet)
        {
            _garnet = await PrivateRedis.StartAsync(_folder, TestContext.Current.CancellationToken);
            ConnectionString = _garnet.ConnectionString;
            return;
        }

        Directory.CreateDirectory(_folder);
        var socket = Path.Combine(_folder, "real.sock");
        var pidFile = Path.Combine(_folder, "real.pid");
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", Supervised, "sh", Redis, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--pidfile", pidFile])
        {
            RedirectStandardInput = true,
            WorkingDirectory = _folder,
        };
        _redis = Process.Start(start)!;
        _pidFile = pidFile;
        ConnectionString = $"!{socket}";
        await Patience.UntilAsync("Redis listens, and has said who it is", () => File.Exists(socket) && new FileInfo(pidFile) is { Exists: true, Length: > 0 });
    }

    /// <summary>Its process stands still: connections stay, and nothing is answered on them. The one inside the local host has no process of its own.</summary>
    public async Task StandStillAsync()
    {
        Assert.Equal(Redis, _kind);
        await Signal.StopAsync(await ProcessIdAsync());
        _standsStill = true;
    }

    public async Task GoOnAsync()
    {
        await Signal.ContinueAsync(await ProcessIdAsync());
        _standsStill = false;
    }

    public async Task StopAsync()
    {
        if (_standsStill)
        {
            await GoOnAsync();
        }

        await (_garnet?.DisposeAsync() ?? ValueTask.CompletedTask);
        if (_redis is not null)
        {
            _redis.StandardInput.Close();
            await _redis.WaitForExitAsync(CancellationToken.None);
            _redis.Dispose();
        }

        (_garnet, _redis) = (null, null);
    }

    /// <summary>A connection of the test's own, which may do what an operator may.</summary>
    public Task<ConnectionMultiplexer> ConnectAsync() => ConnectionMultiplexer.ConnectAsync($"{ConnectionString},allowAdmin=true");

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<int> ProcessIdAsync() => int.Parse(await File.ReadAllTextAsync(_pidFile!), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether a program can be started by its name.</summary>
    public static bool OnPath(string program) =>
        !OperatingSystem.IsWindows()
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
