using System.Diagnostics;
using ErzyCall.Local;
using Microsoft.Extensions.Logging.Abstractions;

namespace ErzyCall.IntegrationTests.Local;

/// <summary>
/// A second process with databases of its own, to be killed: this test program again, running the one explicit test below.
/// </summary>
public sealed class LocalHostProcess : IDisposable
{
    private const string FolderVariable = "ERZYCALL_TEST_HOST_FOLDER";

    private readonly Process? process;

    public LocalHostProcess()
    {
    }

    private LocalHostProcess(Process process) => this.process = process;

    internal static LocalHostProcess Start(string dataDirectory)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, ["-explicit", "only", "-method", $"*.{nameof(Holds_the_databases_until_it_is_killed)}"])
        {
            // Not our standard input and output: the runner speaks with its parent through them.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [FolderVariable] = dataDirectory },
        };
        return new LocalHostProcess(Process.Start(start)!);
    }

    /// <summary>SIGKILL: nothing in the process gets to run.</summary>
    internal void Kill()
    {
        process!.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            Kill();
        }

        process?.Dispose();
    }

    [Fact(Explicit = true)]
    public async Task Holds_the_databases_until_it_is_killed()
    {
        var options = new LocalDatabasesOptions { DataDirectory = Environment.GetEnvironmentVariable(FolderVariable)! };
        await using var databases = await LocalDatabases.StartAsync(
            options, LocalDatabasesMode.Serve, NullLogger.Instance, TestContext.Current.CancellationToken);
        await Task.Delay(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken);
    }
}
