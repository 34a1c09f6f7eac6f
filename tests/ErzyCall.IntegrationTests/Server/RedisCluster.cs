using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ErzyCall.IntegrationTests.Local;
using StackExchange.Redis;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>Three masters that share the hash slots of a Redis Cluster, on loopback.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Masters = 3;
    private const int Slots = 16_384;

    // A pipe that closes when we close it and also when we are killed: either way Redis does not outlive us.
    private const string Supervised = """ "$@" >/dev/null 2>&1 & redis=$!; read -r _; kill $redis; wait $redis """;

    private readonly List<Process> _processes = [];
    private readonly List<int> _ports = [];
    private readonly List<int> _buses = [];

    private RedisCluster()
    {
    }

    public string ConnectionString => string.Join(',', _ports.Select(port => $"127.0.0.1:{port}"));

    /// <param name="folder">Its own; the caller deletes it.</param>
    public static async Task<RedisCluster> StartAsync(string folder)
    {
        var cluster = new RedisCluster();
        for (var i = 0; i < Masters; i++)
        {
            await cluster.StartOneAsync(Path.Combine(folder, $"{i}"));
        }

        await cluster.JoinAsync();
        return cluster;
    }

    /// <summary>How many keys each of them has.</summary>
    public async Task<IReadOnlyList<long>> CountKeysAsync()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(ConnectionString);
        return await Task.WhenAll(connection.GetServers().Select(server => server.DatabaseSizeAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }

    private async Task StartOneAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var (port, bus) = (FreePort(), FreePort());
        string[] command =
        [
            RedisServer.Redis, "--port", Text(port), "--cluster-port", Text(bus), "--bind", "127.0.0.1", "--cluster-enabled", "yes",
            "--cluster-config-file", "nodes.conf", "--save", "", "--appendonly", "no", "--dir", folder,
        ];
        _ports.Add(port);
        _buses.Add(bus);
        _processes.Add(Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Supervised, "sh", .. command]) { RedirectStandardInput = true, WorkingDirectory = folder })!);
        await Patience.UntilAsync("Redis listens", async () =>
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    private async Task JoinAsync()
    {
        var connections = await Task.WhenAll(_ports.Select(port => ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},allowAdmin=true")));
        var servers = connections.Select((connection, i) => connection.GetServer($"127.0.0.1:{_ports[i]}")).ToList();
        for (var i = 0; i < Masters; i++)
        {
            await servers[i].ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", Slots * i / Masters, (Slots * (i + 1) / Masters) - 1);
            await servers[0].ExecuteAsync("CLUSTER", "MEET", "127.0.0.1", _ports[i], _buses[i]);
        }

        foreach (var server in servers)
        {
            await Patience.UntilAsync("the cluster is whole", async () =>
                (await server.ExecuteAsync("CLUSTER", "INFO")).ToString() is { } info
                && info.Contains("cluster_state:ok", StringComparison.Ordinal)
                && info.Contains($"cluster_size:{Masters}", StringComparison.Ordinal));
        }

        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
