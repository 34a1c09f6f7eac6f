namespace ErzyCall.Local;

/// <summary>
/// Where PostgreSQL's programs are to be had: from a folder, or from an archive, or (neither is named) from wherever they are found.
/// Whoever names one does not want another.
/// </summary>
internal sealed record PostgresSource(string? Folder = null, PostgresArchive? Archive = null)
{
    public const string FolderSetting = "Embedded:PostgresBinaries";
    public const string ArchiveSetting = "Embedded:PostgresArchive";
    public const string Sha512Setting = "Embedded:PostgresArchiveSha512";

    public static PostgresSource Anywhere { get; } = new();

    /// <exception cref="LocalSetupException">The settings contradict each other, or one is malformed.</exception>
    public static PostgresSource Read(IConfiguration configuration)
    {
        var folder = Given(configuration[FolderSetting]);
        var archive = Given(configuration[ArchiveSetting]);
        var sha512 = Given(configuration[Sha512Setting]);
        if (folder is not null && archive is not null)
        {
            throw new LocalSetupException($"{FolderSetting} and {ArchiveSetting} are both set. Set one of them.");
        }

        if (archive is null && sha512 is not null)
        {
            throw new LocalSetupException($"{Sha512Setting} is set, and {ArchiveSetting}, which it is about, is not.");
        }

        return new PostgresSource(folder, archive is null ? null : PostgresArchive.Of(archive, sha512));
    }

    private static string? Given(string? setting) => string.IsNullOrWhiteSpace(setting) ? null : setting;
}
