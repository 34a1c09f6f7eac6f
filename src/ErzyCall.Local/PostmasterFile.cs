using System.Diagnostics;
using System.Globalization;

namespace ErzyCall.Local;

/// <summary>
/// The contents of <c>postmaster.pid</c>, which a running PostgreSQL writes and a killed one leaves behind. Lines: pid, data directory,
/// start time, port, socket directory, listen address, shared memory, status
/// (https://www.postgresql.org/docs/current/storage-file-layout.html; pidfile.h).
/// </summary>
internal sealed record PostmasterFile(string Cluster, int ProcessId, long StartedAt, int Port, bool IsReady)
{
    public static string PathIn(string cluster) => Path.Combine(cluster, "postmaster.pid");

    public static PostmasterFile? Read(string cluster)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PathIn(cluster));
        }
        catch (IOException)
        {
            return null; // Absent, or on Windows being written at this moment.
        }

        // PostgreSQL adds the later lines while it starts, so a short file is a young one.
        return lines.Length >= 3 && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var processId)
            ? new PostmasterFile(
                cluster,
                processId,
                long.TryParse(lines[2], CultureInfo.InvariantCulture, out var startedAt) ? startedAt : 0,
                lines.Length > 3 && int.TryParse(lines[3], CultureInfo.InvariantCulture, out var port) ? port : 0,
                lines.Length > 7 && lines[7].Trim() == "ready")
            : null;
    }

    public bool IsSameStartAs(PostmasterFile? other) => other is not null && (ProcessId, StartedAt) == (other.ProcessId, other.StartedAt);

    /// <summary>
    /// Whether PostgreSQL runs. The process id may have gone to somebody else since a crash (in a container that is the rule), so the
    /// process must be a PostgreSQL and, where the system tells, one that works in this cluster. In doubt it counts as running: two on one
    /// cluster would destroy it.
    /// </summary>
    public bool IsRunning() => Occupant() is { } name && name.StartsWith("postgres", StringComparison.Ordinal) && WorksInCluster();

    /// <summary>
    /// Whether the file keeps PostgreSQL from starting: it takes over a file whose process is gone, but not one whose process id another
    /// program has now.
    /// </summary>
    public bool BlocksStart() => Occupant() is not null && !IsRunning();

    private string? Occupant()
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return process.ProcessName;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null; // There is no such process, or it ended between the two lines.
        }
    }

    private bool WorksInCluster()
    {
        // PostgreSQL changes into its data directory, so what it wrote is there under whatever name that directory was reached.
        var working = new FileInfo($"/proc/{ProcessId}/cwd").LinkTarget;
        if (working is not null)
        {
            return IsSameStartAs(Read(working));
        }

        // Unreadable: a system without /proc, or another user's process. That is not ours, unless we are root without the right to look
        // (Docker).
        return Environment.IsPrivilegedProcess || !Directory.Exists($"/proc/{ProcessId}");
    }
}
