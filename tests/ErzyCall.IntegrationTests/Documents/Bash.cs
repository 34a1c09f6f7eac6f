using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ErzyCall.IntegrationTests.Local;

namespace ErzyCall.IntegrationTests.Documents;

/// <summary>A terminal of somebody who pastes commands: one bash in a folder of its own, which remembers variables and functions.</summary>
internal sealed class Bash : IDisposable
{
    /// <summary>The exit code of <c>curl</c> for an answer from 400 up, as it is told to have one here.</summary>
    public const int IsRefused = 22;

    private const string End = "--- end of the commands ";

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    public Bash()
    {
        File.WriteAllText(_folder[".curlrc"], "fail-with-body\n");
        _process = Process.Start(new ProcessStartInfo("bash")
        {
            WorkingDirectory = _folder.Path,
            Environment = { ["CURL_HOME"] = _folder.Path },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _process.StandardInput.WriteLine("set -u -o pipefail; exec 2> errors; trap 'FAILED=$?' ERR");
    }

    /// <summary>Whether there are bash and a <c>curl</c> that tells by its exit code what was refused.</summary>
    public static async Task<bool> IsThereAsync()
    {
        try
        {
            using var bash = new Bash();
            return (await bash.RunAsync("curl --fail-with-body --version")).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Runs commands; gives the exit code of the last one that failed, 0 if none did, and what they have printed.</summary>
    public async Task<(int ExitCode, string Printed)> RunAsync(string commands)
    {
        await _process.StandardInput.WriteAsync($"FAILED=0\n{commands}\nprintf '\\n%s%s\\n' '{End}' \"$FAILED\"\n");
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var printed = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith(End, StringComparison.Ordinal))
            {
                return (int.Parse(line[End.Length..], CultureInfo.InvariantCulture), string.Join('\n', printed).Trim());
            }

            printed.Add(line);
        }

        throw new InvalidOperationException($"bash gave up: {await File.ReadAllTextAsync(_folder["errors"], TestContext.Current.CancellationToken)}");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }
}
