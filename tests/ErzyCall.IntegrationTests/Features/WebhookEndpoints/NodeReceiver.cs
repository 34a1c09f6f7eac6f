using System.ComponentModel;
using System.Diagnostics;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;

namespace ErzyCall.IntegrationTests.Features.WebhookEndpoints;

/// <summary>A receiver of the folder <c>receivers</c> under Node, listening on a port of its own.</summary>
internal sealed class NodeReceiver : IAsyncDisposable
{
    private static readonly Lazy<Task<DirectoryInfo>> s_installed = new(InstallAsync);

    private readonly Process _process;

    private NodeReceiver(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    /// <param name="secret">What it verifies with.</param>
    public static async Task<NodeReceiver> StartAsync(string script, WebhookSecret secret)
    {
        var process = Process.Start(new ProcessStartInfo("node", [script])
        {
            WorkingDirectory = await FolderAsync(),
            Environment = { ["WEBHOOK_SECRET"] = secret.Text },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var port = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.False(string.IsNullOrEmpty(port), $"{script} does not start.");
        return new NodeReceiver(process, new Uri($"http://127.0.0.1:{port}/hooks"));
    }

    /// <summary>Where its scripts and their packages are. Skips the test where Node is missing.</summary>
    public static async Task<string> FolderAsync()
    {
        Assert.SkipUnless(IsThere("node") && IsThere("npm"), "node and npm are not both on the PATH.");
        return (await s_installed.Value).FullName;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>The packages that the lock file names, in a copy of the folder: once in a run, deleted at its end.</summary>
    private static async Task<DirectoryInfo> InstallAsync()
    {
        var folder = Directory.CreateTempSubdirectory("erzycall-receivers-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Features", "WebhookEndpoints", "receivers")))
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        using var npm = Process.Start(new ProcessStartInfo(Npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]) { WorkingDirectory = folder.FullName })!;
        await npm.WaitForExitAsync();
        Assert.Equal(0, npm.ExitCode);
        return folder;
    }

    private static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    /// <param name="arguments">With which it ends well if it is there; left out, it is asked for its version.</param>
    public static bool IsThere(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program == "npm" ? Npm : program, arguments is [] ? ["--version"] : arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
