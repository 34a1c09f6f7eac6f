using System.Formats.Tar;
using System.IO.Compression;
using SharpCompress.Compressors.Xz;

namespace ErzyCall.Local;

/// <summary>Unpacks an archive, whose form is known by its first bytes: a zip, or a tar that is compressed with gzip or xz.</summary>
internal static class ArchiveReader
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // The file's type in the upper half of a zip's external attributes, where a Unix system made it (stat.h).
    private const int TypeMask = 0xF000;
    private const int SymbolicLink = 0xA000;

    private static ReadOnlySpan<byte> Zip => "PK\u0003\u0004"u8;

    private static ReadOnlySpan<byte> GZip => [0x1F, 0x8B];

    private static ReadOnlySpan<byte> Xz => [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00];

    /// <param name="archive">A stream that can be sought in, at its beginning.</param>
    /// <exception cref="InvalidDataException">It is no such archive, or has an entry that leads out of the folder.</exception>
    public static void Unpack(Stream archive, UnpackedFolder folder, CancellationToken cancellationToken)
    {
        Span<byte> beginning = stackalloc byte[6];
        beginning = beginning[..archive.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false)];
        archive.Position = 0;
        if (beginning.StartsWith(Zip))
        {
            UnpackZip(archive, folder, cancellationToken);
        }
        else if (beginning.StartsWith(GZip))
        {
            using var tar = new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true);
            UnpackTar(tar, folder, cancellationToken);
        }
        else if (beginning.StartsWith(Xz))
        {
            using var tar = new XZStream(archive);
            UnpackTar(tar, folder, cancellationToken);
        }
        else
        {
            throw new InvalidDataException("it is neither a zip nor a tar that is compressed with gzip or xz");
        }
    }

    private static void UnpackTar(Stream tar, UnpackedFolder folder, CancellationToken cancellationToken)
    {
        using var entries = new TarReader(tar, leaveOpen: true);
        while (entries.GetNextEntry() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (entry.EntryType)
            {
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    folder.AddFile(entry.Name, entry.DataStream ?? Stream.Null, IsProgram(entry.Name, entry.Mode));
                    break;
                case TarEntryType.Directory:
                    folder.AddFolder(entry.Name);
                    break;
                case TarEntryType.HardLink:
                    folder.AddCopy(entry.Name, entry.LinkName);
                    break;
                case TarEntryType.SymbolicLink:
                    folder.AddLink(entry.Name, entry.LinkName);
                    break;
                case TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    throw new InvalidDataException($"its entry {entry.Name} is neither a file nor a folder nor a link");
            }
        }
    }

    private static void UnpackZip(Stream zip, UnpackedFolder folder, CancellationToken cancellationToken)
    {
        using var entries = new ZipArchive(zip, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in entries.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var attributes = entry.ExternalAttributes >>> 16;
            if (entry.FullName.EndsWith('/'))
            {
                folder.AddFolder(entry.FullName);
                continue;
            }

            using var content = entry.Open();
            if ((attributes & TypeMask) == SymbolicLink)
            {
                using var target = new StreamReader(content);
                folder.AddLink(entry.FullName, target.ReadToEnd());
            }
            else
            {
                folder.AddFile(entry.FullName, content, IsProgram(entry.FullName, (UnixFileMode)(attributes & (int)Executable)));
            }
        }
    }

    /// <summary>
    /// Whether a file is to be executable. An archive that was made without that bit has its programs in <c>bin</c> all the same.
    /// </summary>
    private static bool IsProgram(string name, UnixFileMode mode) =>
        (mode & Executable) != 0 || Path.GetFileName(Path.GetDirectoryName(name)) == "bin";
}
