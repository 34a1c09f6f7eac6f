using System.Globalization;

namespace ErzyCall.Local;

/// <summary>
/// The <c>postgres</c> subfolder of the data directory. It is 0700 and belongs to the user that PostgreSQL runs as,
/// and with the socket inside it that is the whole access control.
/// </summary>
internal sealed record PostgresFolder(string Path)
{
    public string Cluster => System.IO.Path.Combine(Path, "data");

    /// <summary>
    /// The folder that initdb works in and that is then renamed: an interrupted one leaves nothing that looks like a cluster.
    /// </summary>
    public string UnfinishedCluster => System.IO.Path.Combine(Path, "data.unfinished");

    public string Log => System.IO.Path.Combine(Path, "postgres.log");

    public string PreviousLog => System.IO.Path.Combine(Path, "postgres.previous.log");

    /// <summary>
    /// The file with the password, on Windows only: elsewhere the directory's permissions do what the password does there.
    /// </summary>
    public string Password => System.IO.Path.Combine(Path, "password");

    public static PostgresFolder In(string dataDirectory) =>
        new(System.IO.Path.Combine(System.IO.Path.GetFullPath(dataDirectory), "postgres"));

    public int? ClusterMajor()
    {
        var file = System.IO.Path.Combine(Cluster, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : null;
    }

    public PostmasterFile? Postmaster() => PostmasterFile.Read(Cluster);

    /// <summary>
    /// Says why PostgreSQL does not run, as far as is known: the end of its log, and before it that the disk is full, if it is.
    /// </summary>
    public string DescribeLastFailure()
    {
        const int enough = 15;
        var log = File.Exists(Log) ? string.Join(Environment.NewLine, File.ReadLines(Log).TakeLast(enough)) : "";
        return $"{DescribeFullDisk()}{Environment.NewLine}{log}";
    }

    /// <summary>
    /// Tells the person at the console that there is less room than PostgreSQL asks for at a time: its own message does not say where, and
    /// may suspect that data is corrupted. Empty when there is enough.
    /// </summary>
    public string DescribeFullDisk()
    {
        const int mebibyte = 1024 * 1024;
        const int segmentOfLog = 16 * mebibyte;
        var free = new DriveInfo(Path).AvailableFreeSpace;
        return free >= segmentOfLog
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The disk is full: {free / mebibyte} MiB are left for {Path}, and PostgreSQL needs 16 at a time. "
                + $"Make room; nothing that was saved is lost.");
    }
}
