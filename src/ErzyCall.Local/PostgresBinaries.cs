using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MysticMind.PostgresEmbed;

namespace ErzyCall.Local;

/// <summary>A folder with PostgreSQL's programs.</summary>
internal sealed partial record PostgresBinaries(string Folder, Version Version)
{
    public const int OldestMajor = 14;
    public const int FetchedMajor = 17;

    public string Program(string name) => ProgramIn(Folder, name);

    /// <param name="configuredFolder">The only folder to look into, when given: whoever names a folder does not want another.</param>
    /// <param name="clusterMajor">The major version of the existing data, which no other can open.</param>
    public static async Task<PostgresBinaries> LocateAsync(
        string? configuredFolder, int? clusterMajor, string downloadFolder, ILogger logger, CancellationToken cancellationToken)
    {
        var found = await FindAsync(configuredFolder is null ? UsualFolders() : [configuredFolder], cancellationToken);
        if (Choose(found, clusterMajor) is { } chosen)
        {
            return chosen;
        }

        if (configuredFolder is not null)
        {
            throw new LocalSetupException(
                $"Embedded:PostgresBinaries is {configuredFolder}, where there is no 'postgres' with 'initdb' of version "
                + (clusterMajor is null ? $"{OldestMajor} or newer." : $"{clusterMajor}, which made the existing data."));
        }

        return await FetchAsync(clusterMajor, found, downloadFolder, logger, cancellationToken);
    }

    public static async Task<IReadOnlyList<PostgresBinaries>> FindAsync(IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        var found = new List<PostgresBinaries>();
        var withPrograms = folders.Where(folder => File.Exists(ProgramIn(folder, "postgres")) && File.Exists(ProgramIn(folder, "initdb")));
        foreach (var folder in withPrograms)
        {
            var (_, output) = await ChildProcess.RunAsync(folder, [ProgramIn(folder, "postgres"), "--version"], cancellationToken);
            if (VersionPattern().Match(output) is { Success: true } match)
            {
                var minor = match.Groups["minor"];
                found.Add(new PostgresBinaries(folder, Version.Parse($"{match.Groups["major"]}.{(minor.Success ? minor.Value : "0")}")));
            }
        }

        return found;
    }

    public static PostgresBinaries? Choose(IEnumerable<PostgresBinaries> found, int? clusterMajor) => found
        .Where(binaries => clusterMajor is null ? binaries.Version.Major >= OldestMajor : binaries.Version.Major == clusterMajor)
        .MaxBy(binaries => binaries.Version);

    private static IEnumerable<string> UsualFolders()
    {
        var path = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return path.Where(Path.IsPathFullyQualified)
            .Concat(BinFolders("/usr/lib/postgresql", "*"))
            .Concat(BinFolders("/opt/homebrew/opt", "postgresql@*"))
            .Concat(BinFolders("/usr/local/opt", "postgresql@*"))
            .Concat(BinFolders(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*"));
    }

    private static IEnumerable<string> BinFolders(string parent, string pattern) =>
        Path.IsPathFullyQualified(parent) && Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent, pattern).Select(version => Path.Combine(version, "bin"))
            : [];

    private static string ProgramIn(string folder, string name) => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    /// <summary>
    /// The last resort, on a machine with internet: the binaries of zonkyio/embedded-postgres-binaries, downloaded and unpacked, nothing
    /// more; everything after that is as with an installed PostgreSQL. Only the failing half of this has ever been run.
    /// </summary>
    private static async Task<PostgresBinaries> FetchAsync(
        int? clusterMajor,
        IReadOnlyList<PostgresBinaries> found,
        string downloadFolder,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        Log.Downloading(logger, clusterMajor ?? FetchedMajor, downloadFolder);

        // A firewall that swallows packets must not make the person at the console wait for minutes.
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) };
        using var http = new HttpClient(handler);
        try
        {
            await using var server = new PgServer(new PgServerOptions
            {
                PgVersion = $"{clusterMajor ?? FetchedMajor}",
                BinariesDir = downloadFolder,
                DbDir = downloadFolder,
                DownloadRetryCount = 1,
                HttpClient = http,
                Logger = logger,
            });
            await server.InstallAsync(cancellationToken);
            return (await FindAsync([Path.Combine(server.InstallDir, "bin")], cancellationToken))[0];
        }
#pragma warning disable CA1031 // Whatever goes wrong in somebody else's downloader, what the reader can do about it is the same.
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (found.Count > 0)
            {
                Log.Unusable(logger, string.Join(", ", found.Select(binaries => $"{binaries.Version} in {binaries.Folder}")));
            }

            throw LocalSetupException.PostgresNotFound(clusterMajor, e);
        }
    }

    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "postgres (PostgreSQL) 19beta1"
    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d+)(\.(?<minor>\d+))?")]
    private static partial Regex VersionPattern();

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "No PostgreSQL on this machine: downloading PostgreSQL {Major} to {Folder}")]
        public static partial void Downloading(ILogger logger, int major, string folder);

        [LoggerMessage(LogLevel.Warning, "Found, but of the wrong version: PostgreSQL {Found}")]
        public static partial void Unusable(ILogger logger, string found);
    }
}
