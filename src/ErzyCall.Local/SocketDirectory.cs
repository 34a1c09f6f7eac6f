using System.Security.Cryptography;
using System.Text;

namespace ErzyCall.Local;

/// <summary>
/// The directory of a socket: beside the data or, when that path does not fit into a socket address, one of its own under /tmp. Its name
/// follows from the folder's, so that every process of one data directory comes to the same.
/// </summary>
internal static class SocketDirectory
{
    // sun_path with its closing zero is 108 bytes on Linux and 104 on macOS.
    private const int LongestPath = 103;

    // Separators in PostgreSQL's, Npgsql's and StackExchange.Redis's lists, none of which can be escaped in all three.
    private const string Separators = ",=;\"'";

    /// <param name="folder">The folder of the data, which exists, is 0700 and belongs to <paramref name="owner"/>.</param>
    public static async Task<string> ForAsync(string folder, string socketName, UnprivilegedUser owner, CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(Path.Combine(folder, socketName)) <= LongestPath && !folder.AsSpan().ContainsAny(Separators))
        {
            return folder;
        }

        var directory = $"/tmp/erzycall-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16]}";

        // Anybody can make this directory before us and listen where our passwordless clients would connect, so it must be the owner's own,
        // no link and closed to others; the sticky bit of /tmp then keeps it ours. .NET cannot ask who owns a file: the shell can (-O).
        const string claim = """mkdir -m 700 -- "$1" 2>/dev/null; [ ! -L "$1" ] && [ -d "$1" ] && [ -O "$1" ] && chmod 700 -- "$1" """;
        var (exitCode, _) = await ChildProcess.RunAsync("/", owner.Run("/bin/sh", "-c", claim, "sh", directory), cancellationToken);
        return exitCode == 0
            ? directory
            : throw new LocalSetupException(
                $"The path of {folder} is too long for a socket, and {directory} belongs to somebody else. "
                + "Set Embedded:DataDirectory to a shorter path.");
    }
}
