using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace ErzyCall.Local;

/// <summary>A folder with PostgreSQL's programs.</summary>
internal sealed partial record PostgresBinaries(string Folder, Version Version)
{
    public const int OldestMajor = 14;
    public const int FetchedMajor = 17;

    public string Program(string name) => ProgramIn(Folder, name);

    /// <param name="clusterMajor">The major version of the existing data, which no other can open.</param>
    /// <param name="archiveFolder">Where archives are unpacked; what was unpacked there before is found, too.</param>
    public static async Task<PostgresBinaries> LocateAsync(
        PostgresSource source, int? clusterMajor, string archiveFolder, ILogger logger, CancellationToken cancellationToken)
    {
        if (source.Archive is { } archive)
        {
            var unpacked = await archive.UnpackAsync(archiveFolder, logger, cancellationToken);
            return Choose([unpacked], clusterMajor) ?? throw new LocalSetupException(
                $"{PostgresSource.ArchiveSetting} is {archive.Name}, with PostgreSQL {unpacked.Version}, and not {Wanted(clusterMajor)}.");
        }

        var found = await FindAsync(
            source.Folder is null ? [.. UsualFolders(), .. PostgresArchive.BinFoldersIn(archiveFolder)] : [source.Folder],
            cancellationToken);
        if (Choose(found, clusterMajor) is { } chosen)
        {
            return chosen;
        }

        if (source.Folder is not null)
        {
            throw new LocalSetupException(
                $"{PostgresSource.FolderSetting} is {source.Folder}, where there is no 'postgres' with 'initdb' of "
                + $"{Wanted(clusterMajor)}.");
        }

        return await FetchAsync(clusterMajor, found, archiveFolder, logger, cancellationToken);
    }

    public static async Task<IReadOnlyList<PostgresBinaries>> FindAsync(IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        var found = new List<PostgresBinaries>();
        var withPrograms = folders.Where(folder => File.Exists(ProgramIn(folder, "postgres")) && File.Exists(ProgramIn(folder, "initdb")));
        foreach (var folder in withPrograms)
        {
            if (await AskAsync(folder, cancellationToken) is ({ } binaries, _))
            {
                found.Add(binaries);
            }
        }

        return found;
    }

    /// <summary>Asks the program in a folder for its version; gives what it printed when it does not run.</summary>
    public static async Task<(PostgresBinaries? Binaries, string Output)> AskAsync(string folder, CancellationToken cancellationToken)
    {
        var (_, output) = await ChildProcess.RunAsync(folder, [ProgramIn(folder, "postgres"), "--version"], cancellationToken);
        if (VersionPattern().Match(output) is not { Success: true } match)
        {
            return (null, output);
        }

        var minor = match.Groups["minor"];
        return (new PostgresBinaries(folder, Version.Parse($"{match.Groups["major"]}.{(minor.Success ? minor.Value : "0")}")), output);
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

    private static string Wanted(int? clusterMajor) =>
        clusterMajor is null ? $"version {OldestMajor} or newer" : $"version {clusterMajor}, which made the existing data";

    /// <summary>The last resort, on a machine with internet.</summary>
    private static async Task<PostgresBinaries> FetchAsync(
        int? clusterMajor,
        IReadOnlyList<PostgresBinaries> found,
        string archiveFolder,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        if (found.Count > 0)
        {
            Log.Unusable(logger, string.Join(", ", found.Select(binaries => $"{binaries.Version} in {binaries.Folder}")));
        }

        var archive = PublishedArchives.OfMajor(clusterMajor ?? FetchedMajor) ?? throw LocalSetupException.PostgresNotFound(clusterMajor);
        try
        {
            return await archive.UnpackAsync(archiveFolder, logger, cancellationToken);
        }
        catch (LocalSetupException e)
        {
            throw LocalSetupException.PostgresNotFound(clusterMajor, e);
        }
    }

    // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "postgres (PostgreSQL) 19beta1"
    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d+)(\.(?<minor>\d+))?")]
    private static partial Regex VersionPattern();

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Found, but of the wrong version: PostgreSQL {Found}")]
        public static partial void Unusable(ILogger logger, string found);
    }
}
