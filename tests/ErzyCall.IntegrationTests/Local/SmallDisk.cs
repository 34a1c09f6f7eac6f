using ErzyCall.Local;

namespace ErzyCall.IntegrationTests.Local;

/// <summary>A disk of 120 MiB in memory, on Linux for root where it may mount; to be filled to the last byte.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    /// <summary>Room for a new cluster and a migrated database, and some more.</summary>
    private const string Size = "size=120m,mode=755";

    private readonly TemporaryFolder _folder = new();

    private SmallDisk()
    {
    }

    public string Path => _folder.Path;

    private string Ballast => _folder["ballast"];

    /// <summary>Skips the test where there can be none.</summary>
    public static async Task<SmallDisk> MountAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux can mount a small disk.");
        var disk = new SmallDisk();
        var (exitCode, output) = await ChildProcess.RunAsync("/", ["mount", "-t", "tmpfs", "-o", Size, "tmpfs", disk.Path], TestContext.Current.CancellationToken);
        if (exitCode != 0)
        {
            disk._folder.Dispose();
            Assert.Skip($"This machine does not let root mount a small disk: {output}");
        }

        return disk;
    }

    /// <summary>To the last byte.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Append);
        var block = new byte[64 * 1024];
        try
        {
            while (true)
            {
                ballast.Write(block);
                ballast.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        // At once for us, and for the last one who still stands in it (the shell around PostgreSQL) when it goes.
        await ChildProcess.RunAsync("/", ["umount", "--lazy", Path], CancellationToken.None);
        _folder.Dispose();
    }
}
