using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ErzyCall.Api.Features.Organizations;
using ErzyCall.Api.Platform.Ids;
using Npgsql;

namespace ErzyCall.FaultTests;

/// <summary>PostgreSQL and Redis of its own in a temporary folder, and copies of the server on them, each a process.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly IReadOnlyDictionary<string, string> _settings;

    private Cluster(string folder, PostgresCluster postgres, IReadOnlyDictionary<string, string> settings)
    {
        Folder = folder;
        Postgres = postgres;
        _settings = settings;
        Redis = new RedisProcess(() =>
        {
            // Only what is not configured is started.
            var start = Dotnet("ErzyCall.Local.dll", ["databases"]);
            start.Environment.Remove(RedisProcess.Setting);
            start.Environment["Embedded__DataDirectory"] = Path.Combine(folder, "redis-only");
            return start;
        });
    }

    /// <summary>With the servers' output and whatever a run puts there; removed at the end of a run that kept its promises.</summary>
    public string Folder { get; }

    public PostgresCluster Postgres { get; }

    public RedisProcess Redis { get; }

    public List<ServerProcess> Servers { get; } = [];

    /// <summary>Where the simulated carrier writes down every dial.</summary>
    public string Journal => Path.Combine(Folder, "dials");

    public bool IsKept { get; set; }

    /// <param name="settings">Environment variables of the servers and of the commands.</param>
    public static async Task<Cluster> StartAsync(IReadOnlyDictionary<string, string>? settings = null, int copies = 2)
    {
        // Not CreateTempSubdirectory, which lets nobody else in: PostgreSQL may have to run as another user.
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"erzycall-faults-{Guid.CreateVersion7()}")).FullName;
        var cluster = new Cluster(folder, await PostgresCluster.StartAsync(folder), settings ?? new Dictionary<string, string>());
        await cluster.Redis.StartAsync();
        await cluster.RunAsync("migrate");
        for (var i = 0; i < copies; i++)
        {
            var port = FreePort();
            cluster.Servers.Add(new ServerProcess(off => cluster.Server(port, off), port, Path.Combine(folder, $"server-{i}.log")));
            cluster.Servers[i].Start();
        }

        await cluster.WhenReadyAsync();
        return cluster;
    }

    /// <summary>One that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public Task WhenReadyAsync() => Task.WhenAll(Servers.Select(server => server.WhenReadyAsync(s_patience)));

    /// <summary>A command of the server that must succeed; what it prints.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output) = await TryRunAsync(arguments);
        return exitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', arguments)} exited with {exitCode}: {output}");
    }

    public async Task<(int ExitCode, string Output)> TryRunAsync(params string[] arguments)
    {
        using var process = Process.Start(Dotnet("ErzyCall.Api.dll", arguments))!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output.Trim());
    }

    /// <summary>An organization and a key of it that may do everything.</summary>
    public async Task<(string Organization, string Key)> CreateOrganizationAsync(int maxCalls = 10, bool isLive = false)
    {
        string[] mode = isLive ? ["--live"] : [];
        var organization = await RunAsync(["orgs", "create", "--name", "Faults", "--max-calls", maxCalls.ToString(CultureInfo.InvariantCulture), .. mode]);
        return (organization, await RunAsync("keys", "create", "--org", organization, "--name", "Faults", "--scopes", "*", "--per-minute", "1000000", "--per-hour", "10000000"));
    }

    /// <summary>How the database holds an id of the API.</summary>
    public static Guid Uuid(string id) =>
        TypeId.TryParse(id[..id.LastIndexOf('_')], id, out var value) ? value : throw new FormatException($"{id} is not an id.");

    /// <summary>The rows of a query, each as text in the order of its columns.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Postgres.ConnectionString);
        await connection.OpenAsync();
#pragma warning disable CA2100 // All of it is written in this program.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<IReadOnlyList<string>>();
        while (await reader.ReadAsync())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture)!)]);
        }

        return rows;
    }

    public async Task<long> CountAsync(string sql) => long.Parse((await QueryAsync(sql))[0][0], CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers)
        {
            await server.DisposeAsync();
        }

        await Redis.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await Postgres.DisposeAsync();
        if (!IsKept)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private ProcessStartInfo Server(int port, TimeSpan clockOff)
    {
        var start = Dotnet("ErzyCall.FaultTests.dll", [SkewedHost.Command, clockOff.ToString("c", CultureInfo.InvariantCulture)]);
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment["Webhooks__AllowPrivateTargets"] = "true";
        start.Environment["Simulator__JournalPath"] = Journal;
        start.Environment["Serilog__MinimumLevel__Default"] = "Error";
        return start;
    }

    private ProcessStartInfo Dotnet(string assembly, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]) { RedirectStandardOutput = true };
        start.Environment["ConnectionStrings__Postgres"] = Postgres.ConnectionString;
        if (Redis.ConnectionString.Length > 0)
        {
            start.Environment[RedisProcess.Setting] = Redis.ConnectionString;
        }

        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
