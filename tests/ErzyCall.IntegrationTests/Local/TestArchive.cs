using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using ErzyCall.Local;

namespace ErzyCall.IntegrationTests.Local;

/// <summary>Writes an archive entry by entry, and may be as odd as a test likes.</summary>
internal sealed class TestArchive
{
    private readonly List<TarEntry> _entries = [];

    /// <summary>A PostgreSQL that does nothing but tell its version, laid out as the packages on npm are.</summary>
    public static TestArchive OfPostgres(string version = "17.2", string prefix = "package/native/") => new TestArchive()
        .File($"{prefix}bin/postgres", $"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        .File($"{prefix}bin/initdb", "#!/bin/sh\n")
        .File($"{prefix}share/postgresql/extension/pg_trgm.control", "");

    public TestArchive File(string name, string content)
    {
        _entries.Add(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
        return this;
    }

    public TestArchive Link(string name, string target, TarEntryType type = TarEntryType.SymbolicLink)
    {
        _entries.Add(new PaxTarEntry(type, name) { LinkName = target });
        return this;
    }

    public TestArchive Pipe(string name)
    {
        _entries.Add(new PaxTarEntry(TarEntryType.Fifo, name));
        return this;
    }

    public TestArchive Without(string name)
    {
        _entries.RemoveAll(entry => entry.Name.EndsWith(name, StringComparison.Ordinal));
        return this;
    }

    public string WriteTo(string path, string form = "tgz") => form switch
    {
        "zip" => WriteZip(path),
        "tgz" => WriteTar(path, file => new GZipStream(file, CompressionLevel.Fastest)),
        "txz" => Compress(WriteTar(path, file => file)),
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    private string WriteTar(string path, Func<Stream, Stream> compress)
    {
        using var file = System.IO.File.Create(path);
        using var compressed = compress(file);
        using var tar = new TarWriter(compressed);
        _entries.ForEach(tar.WriteEntry);
        return path;
    }

    private string WriteZip(string path)
    {
        using var zip = System.IO.Compression.ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var entry in _entries)
        {
            var isLink = entry.EntryType is TarEntryType.SymbolicLink;
            var zipped = zip.CreateEntry(entry.Name);
            zipped.ExternalAttributes = isLink ? unchecked((int)0xA1FF0000) : 0;
            using var content = zipped.Open();
            (isLink ? new MemoryStream(Encoding.UTF8.GetBytes(entry.LinkName)) : entry.DataStream!).CopyTo(content);
        }

        return path;
    }

    private static string Compress(string path)
    {
        var (exitCode, output) = ChildProcess.RunAsync("/", ["xz", "--suffix=.txz", path], CancellationToken.None).GetAwaiter().GetResult();
        Assert.SkipUnless(exitCode is not null, "There is no 'xz' here to make the archive with.");
        Assert.True(exitCode == 0, output);
        return $"{path}.txz";
    }
}
