using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using Garnet.server;
using Garnet.server.Auth.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Tsavorite.core;

namespace ErzyCall.Local;

/// <summary>
/// A Redis-protocol server (Garnet) inside this process. It keeps rate-limit windows and copies of stored responses in memory and nothing
/// on disk: correctness never depends on Redis, so after a restart the windows begin anew and replays come from PostgreSQL.
/// </summary>
internal sealed class PrivateRedis : IAsyncDisposable
{
    private const string SocketName = "redis.sock";

    private readonly GarnetServer _server;

    private PrivateRedis(GarnetServer server, string connectionString)
    {
        _server = server;
        ConnectionString = connectionString;
    }

    /// <summary>The connection string in StackExchange.Redis's notation, where <c>!</c> begins a Unix socket.</summary>
    public string ConnectionString { get; }

    /// <summary>
    /// Starts the server on a Unix socket that only this user can open (Garnet replaces one that a killed process left); on Windows on
    /// loopback with a password.
    /// </summary>
    public static async Task<PrivateRedis> StartAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return StartOnLoopback();
        }

        const UnixFileMode userOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var folder = Path.Combine(Path.GetFullPath(dataDirectory), "redis");
        Directory.CreateDirectory(folder, userOnly | UnixFileMode.UserExecute);
        var socket = Path.Combine(await SocketDirectory.ForAsync(folder, SocketName, UnprivilegedUser.None, cancellationToken), SocketName);

        var options = Options();
        options.EndPoints = [new UnixDomainSocketEndPoint(socket)];
        options.UnixSocketPath = socket;
        options.UnixSocketPermission = userOnly;
        return Start(options, $"!{socket}");
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private static PrivateRedis StartOnLoopback()
    {
        using var freePort = new TcpListener(IPAddress.Loopback, 0);
        freePort.Start();
        var endPoint = (IPEndPoint)freePort.LocalEndpoint;
        freePort.Stop();

        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var options = Options();
        options.EndPoints = [endPoint];
        options.AuthSettings = new PasswordAuthenticationSettings(password);
        return Start(options, $"{endPoint},password={password}");
    }

    private static PrivateRedis Start(GarnetServerOptions options, string connectionString)
    {
        var server = new GarnetServer(options);
        server.Start();
        return new PrivateRedis(server, connectionString);
    }

    private static GarnetServerOptions Options() => new(NullLogger.Instance)
    {
        // Without transaction mode two scripts run into each other: of 20,000 increments 4,000 were lost.
        // With it they are atomic over the keys declared in KEYS.
        EnableLua = true,
        LuaTransactionMode = true,
        LuaOptions = new LuaOptions(LuaMemoryManagementMode.Native, "", Timeout.InfiniteTimeSpan, LuaLoggingMode.Silent, []),

        // The log is all the memory there is: once it is full the least recently *written* records vanish without an error. What is lost is
        // a replay that PostgreSQL has too, or the window of a key that has sent nothing while 450 MB were written. Touched memory only: it
        // starts near 60 MB.
        LogMemorySize = "512m",
        PageSize = "4m",
        IndexMemorySize = "16m",
        ExpiredKeyDeletionScanFrequencySecs = 60,

        // No storage tier, append-only file or checkpoint is on; naming the managed device keeps the default one's native library from
        // loading.
        DeviceType = DeviceType.RandomAccess,
        QuietMode = true,
    };
}
