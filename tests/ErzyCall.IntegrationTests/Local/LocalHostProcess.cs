using System.Diagnostics;

namespace ErzyCall.IntegrationTests.Local;

/// <summary>A second process with databases of its own, to be killed: <c>ErzyCall.Local -- databases</c>.</summary>
internal sealed class LocalHostProcess : IDisposable
{
    private readonly Process _process;

    private LocalHostProcess(Process process) => _process = process;

    public static LocalHostProcess Start(string dataDirectory) => new(Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ErzyCall.Local.dll"), "databases"])
        {
            // Not our standard input and output: the runner speaks with its parent through them.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["Embedded__DataDirectory"] = dataDirectory },
        })!);

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
}
