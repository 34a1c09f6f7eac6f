using System.Runtime.Versioning;
using ErzyCall.Local;
using Microsoft.Extensions.Logging.Abstractions;

namespace ErzyCall.IntegrationTests.Local;

[UnsupportedOSPlatform("windows")]
public sealed class PostgresBinariesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_newest_version_wins_by_number_and_not_by_name()
    {
        string[] folders = [Fake("a", "9.6.24"), Fake("b", "14.9"), Fake("c", "16.10 (Debian 16.10-1)"), Fake("d", "16.9"), Fake("e", "15.1")];

        var found = await PostgresBinaries.FindAsync(folders, TestContext.Current.CancellationToken);

        Assert.Equal(folders[2], PostgresBinaries.Choose(found, clusterMajor: null)?.Folder);
    }

    [Fact]
    public async Task A_version_before_14_is_not_taken()
    {
        var found = await PostgresBinaries.FindAsync([Fake("a", "13.22")], TestContext.Current.CancellationToken);

        Assert.Single(found);
        Assert.Null(PostgresBinaries.Choose(found, clusterMajor: null));
    }

    [Fact]
    public async Task Existing_data_keeps_its_own_major_version()
    {
        string[] folders = [Fake("a", "14.2"), Fake("b", "15.7"), Fake("c", "18.1")];

        var found = await PostgresBinaries.FindAsync(folders, TestContext.Current.CancellationToken);

        Assert.Equal(folders[1], PostgresBinaries.Choose(found, clusterMajor: 15)?.Folder);
        Assert.Null(PostgresBinaries.Choose(found, clusterMajor: 16));
    }

    [Fact]
    public async Task A_folder_without_initdb_is_passed_over()
    {
        var clientOnly = Fake("a", "17.2");
        File.Delete(Path.Combine(clientOnly, "initdb"));

        Assert.Empty(await PostgresBinaries.FindAsync([clientOnly, _folder["absent"]], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_configured_folder_of_the_wrong_version_is_refused_by_name()
    {
        var configured = Fake("a", "16.1");

        var refusal = await Assert.ThrowsAsync<LocalSetupException>(() => PostgresBinaries.LocateAsync(
            new PostgresSource(configured), clusterMajor: 15, _folder["downloads"], NullLogger.Instance, TestContext.Current.CancellationToken));

        Assert.Contains(configured, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("15", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_PostgreSQL_the_message_names_three_remedies()
    {
        var message = LocalSetupException.PostgresNotFound(major: null).Message;

        Assert.Contains("install", message, StringComparison.Ordinal);
        Assert.Contains("docker compose up", message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__Postgres", message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__Redis", message, StringComparison.Ordinal);
    }

    private string Fake(string name, string version)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The fake programs are shell scripts.");
        var bin = Directory.CreateDirectory(_folder[name, "bin"]).FullName;
        foreach (var program in (string[])["postgres", "initdb"])
        {
            var path = Path.Combine(bin, program);
            File.WriteAllText(path, $"#!/bin/sh\necho '{program} (PostgreSQL) {version}'\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return bin;
    }
}
