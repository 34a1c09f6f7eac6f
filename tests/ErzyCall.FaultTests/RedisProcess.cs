using System.Diagnostics;
using StackExchange.Redis;

namespace ErzyCall.FaultTests;

/// <summary>A Redis in a process of its own, which keeps nothing when it ends.</summary>
internal sealed class RedisProcess(Func<ProcessStartInfo> start) : IAsyncDisposable
{
    public const string Setting = "ConnectionStrings__Redis";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private Process? _process;

    public string ConnectionString { get; private set; } = "";

    public async Task StartAsync()
    {
        _process = Process.Start(start())!;
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split('=', 2) is [Setting, var connectionString])
            {
                ConnectionString = connectionString;
                return;
            }
        }

        throw new InvalidOperationException("Redis did not start.");
    }

    public void Signal(string name) => Signals.Send(name, _process!.Id);

    public async Task RestartAsync(TimeSpan away)
    {
        await StopAsync();
        await Task.Delay(away);
        await StartAsync();
    }

    public async Task EmptyAsync()
    {
        var options = ConfigurationOptions.Parse(ConnectionString);
        options.AllowAdmin = true;
        options.ConnectTimeout = options.AsyncTimeout = (int)s_patience.TotalMilliseconds;
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await connection.GetServers()[0].FlushAllDatabasesAsync();
    }

    public ValueTask DisposeAsync() => new(StopAsync());

    private async Task StopAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
