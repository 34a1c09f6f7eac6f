using System.Diagnostics;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.Local;
using Npgsql;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A connection pooler in transaction mode, with nothing set that is not needed to run it: each transaction may be another session's.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private const string Program = "pgbouncer";
    private const int SocketPort = 6432;

    /// <summary>How many sessions of PostgreSQL it has for a database.</summary>
    public const int Sessions = 4;

    // A pipe that closes when we close it and also when we are killed: either way it does not outlive us.
    private const string Supervised = """ "$@" >/dev/null 2>&1 & pooler=$!; read -r _; kill $pooler; wait $pooler """;

    private readonly Process _process;
    private readonly string _folder;

    private PgBouncer(Process process, string folder) => (_process, _folder) = (process, folder);

    public static bool IsInstalled { get; } = RedisServer.OnPath(Program);

    /// <summary>Why a test is skipped.</summary>
    public const string Needed = "There is no pgbouncer on the PATH.";

    /// <param name="postgres">Whatever database is asked for is looked for there.</param>
    /// <param name="folder">Its own; the caller deletes it.</param>
    public static async Task<PgBouncer> StartAsync(string postgres, string folder)
    {
        var server = new NpgsqlConnectionStringBuilder(postgres);

        // It refuses to be root, as PostgreSQL does.
        var user = UnprivilegedUser.Needed();
        await user.OwnAsync(folder, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        }

        var settings = Path.Combine(folder, "pgbouncer.ini");
        await File.WriteAllTextAsync(
            settings,
            $"""
             [databases]
             * = host={server.Host} port={server.Port} user={server.Username}
             [pgbouncer]
             pool_mode = transaction
             auth_type = any
             listen_addr =
             listen_port = {SocketPort}
             unix_socket_dir = {folder}
             max_client_conn = 500
             default_pool_size = {Sessions}
             """,
            TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Supervised, "sh", .. user.Run(Program, settings)]) { RedirectStandardInput = true, WorkingDirectory = "/" };
        var pooler = new PgBouncer(Process.Start(start)!, folder);
        await Patience.UntilAsync("PgBouncer listens", () => File.Exists(Path.Combine(folder, $".s.PGSQL.{SocketPort}")));
        return pooler;
    }

    /// <summary>The way to the same database through the pooler.</summary>
    public string ConnectionString(string direct) => new NpgsqlConnectionStringBuilder(direct) { Host = _folder, Port = SocketPort }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
