using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace ErzyCall.Bench.Machine;

/// <summary>
/// A PostgreSQL with its default settings, made by the local host, and a Redis: the machine's own if it has one, else the local host's.
/// </summary>
internal sealed class Databases : IAsyncDisposable
{
    private const string RedisSetting = "ConnectionStrings__Redis";

    private readonly string _folder;
    private readonly string _postgres;
    private readonly string _redis;
    private readonly Process _local;
    private readonly Process? _redisServer;

    private Databases(string folder, string postgres, string redis, Process local, Process? redisServer) =>
        (_folder, _postgres, _redis, _local, _redisServer) = (folder, postgres, redis, local, redisServer);

    /// <summary>The process that all of PostgreSQL's others are children of.</summary>
    public int PostgresProcessId { get; private init; }

    public int RedisProcessId => (_redisServer ?? _local).Id;

    /// <summary>What answers for Redis, for the report.</summary>
    public string RedisKind => _redisServer is null ? "Garnet" : "Redis";

    public static async Task<Databases> StartAsync(string folder)
    {
        var start = Programs.Own("ErzyCall.Local.dll", "databases", "--json");
        start.Environment["Embedded__DataDirectory"] = Path.Combine(folder, "data");
        start.Environment.Remove("ConnectionStrings__Postgres");
        start.Environment.Remove(RedisSetting);
        start.RedirectStandardOutput = true;
        var redis = StartRedis(folder);
        if (redis is { } own)
        {
            start.Environment[RedisSetting] = own.Address;
        }

        var local = Process.Start(start)!;
        string? line;
        do
        {
            line = await local.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("PostgreSQL did not start.");
        }
        while (!line.StartsWith('{'));

        var addresses = JsonElement.Parse(line);
        var postmaster = Path.Combine(folder, "data", "postgres", "data", "postmaster.pid");
        return new Databases(
            folder,
            addresses.GetProperty("postgres").GetString()!,
            addresses.GetProperty("redis").GetString()!,
            local,
            redis?.Process)
        {
            PostgresProcessId = int.Parse((await File.ReadAllLinesAsync(postmaster))[0], CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Makes an empty database whose schema every one of <paramref name="builds"/> can work with.</summary>
    public async Task<Database> CreateAsync(string name, params IEnumerable<PublishedBuild> builds)
    {
        var database = new Database(
            name, new NpgsqlConnectionStringBuilder(_postgres) { Database = name }.ConnectionString, _redis, _folder, this);
        foreach (var build in builds)
        {
            await build.RunAsync(database, "migrate", "--create-database");
        }

        return database;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        foreach (var process in (Process?[])[_redisServer, _local])
        {
            if (process is null)
            {
                continue;
            }

            // The local host stops PostgreSQL when it is asked to stop, and also when it is killed.
            await Programs.RunAsync(Programs.Describe("kill", "-TERM", process.Id.ToString(CultureInfo.InvariantCulture)));
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private static (Process Process, string Address)? StartRedis(string folder)
    {
        var port = Programs.FreePort();
        try
        {
            var start = Programs.Describe(
                "redis-server", "--bind", "127.0.0.1", "--port", Invariant($"{port}"), "--save", "",
                "--logfile", Path.Combine(folder, "redis.log"));
            return (Process.Start(start)!, $"127.0.0.1:{port}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

/// <summary>One database of the cluster, and the Redis beside it.</summary>
internal sealed record Database(string Name, string Postgres, string Redis, string Folder, Databases Cluster)
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>How a server finds both.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["ConnectionStrings__Postgres"] = Postgres,
        ["ConnectionStrings__Redis"] = Redis,
    };

    public async Task<int> ExecuteAsync(string sql, params IEnumerable<(string Name, object Value)> values)
    {
        await using var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync();
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Looks, again and again, until something is so.</summary>
    /// <param name="condition">What follows <c>SELECT</c>, and is a truth value.</param>
    /// <returns>Whether it has become so in time.</returns>
    public async Task<bool> BecomesAsync(string condition, TimeSpan patience)
    {
        var began = Stopwatch.GetTimestamp();
        while (!(bool)(await QueryAsync($"SELECT {condition}"))[0][0])
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
            {
                return false;
            }

            await Task.Delay(s_lookEvery);
        }

        return true;
    }

    /// <summary>The rows of a query, each as its columns.</summary>
    public async Task<IReadOnlyList<object[]>> QueryAsync(string sql, params IEnumerable<(string Name, object Value)> values)
    {
        await using var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync();
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object[]>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, IEnumerable<(string Name, object Value)> values)
    {
#pragma warning disable CA2100 // All of it is written in this program.
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
