using System.Diagnostics;

namespace ErzyCall.Local;

/// <summary>Runs a program to its end, and prepares the ones that stay.</summary>
internal static class ChildProcess
{
    public static ProcessStartInfo Describe(string workingDirectory, IEnumerable<string> commandLine)
    {
        var parts = commandLine.ToList();
        var start = new ProcessStartInfo(parts[0], parts.Skip(1)) { WorkingDirectory = workingDirectory, UseShellExecute = false };

        // PGDATA, PGPORT, PGOPTIONS… of this shell are meant for another PostgreSQL.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    /// <summary>
    /// Runs a program, and gives its exit code with everything that was printed, or no exit code when it could not be started at all.
    /// </summary>
    public static async Task<(int? ExitCode, string Output)> RunAsync(
        string workingDirectory, IEnumerable<string> commandLine, CancellationToken cancellationToken)
    {
        var start = Describe(workingDirectory, commandLine);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (null, e.Message);
        }

        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, (await output + await errors).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
