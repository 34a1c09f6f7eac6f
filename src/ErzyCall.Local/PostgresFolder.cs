using System.Globalization;

namespace ErzyCall.Local;

/// <summary>
/// The <c>postgres</c> subfolder of the data directory. It is 0700 and belongs to the user that PostgreSQL runs as,
/// and with the socket inside it that is the whole access control.
/// </summary>
internal sealed record PostgresFolder(string Path)
{
    public string Cluster => System.IO.Path.Combine(Path, "data");

    /// <summary>initdb works here and the result is renamed: an interrupted one leaves nothing that looks like a cluster.</summary>
    public string UnfinishedCluster => System.IO.Path.Combine(Path, "data.unfinished");

    public string Log => System.IO.Path.Combine(Path, "postgres.log");

    public string PreviousLog => System.IO.Path.Combine(Path, "postgres.previous.log");

    /// <summary>Windows only: elsewhere the directory's permissions do what the password does there.</summary>
    public string Password => System.IO.Path.Combine(Path, "password");

    public static PostgresFolder In(string dataDirectory) =>
        new(System.IO.Path.Combine(System.IO.Path.GetFullPath(dataDirectory), "postgres"));

    public int? ClusterMajor()
    {
        var file = System.IO.Path.Combine(Cluster, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : null;
    }

    public PostmasterFile? Postmaster() => PostmasterFile.Read(Cluster);

    public string LastLogLines()
    {
        const int enough = 15;
        return File.Exists(Log) ? string.Join(Environment.NewLine, File.ReadLines(Log).TakeLast(enough)) : "";
    }
}
