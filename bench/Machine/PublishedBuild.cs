namespace ErzyCall.Bench.Machine;

/// <summary>The server as its users get it: published, with production's settings.</summary>
/// <param name="Folder">The folder that it was published to.</param>
internal sealed record PublishedBuild(string Name, string Folder)
{
    private const string Assembly = "ErzyCall.Api.dll";

    /// <summary>Publishes the source that this program was built beside.</summary>
    public static async Task<PublishedBuild> PublishAsync(string folder)
    {
        var build = new PublishedBuild("server", Path.Combine(folder, "server"));
        await Programs.RunAsync(Programs.Describe(
            "dotnet", "publish", Path.Combine(Programs.Root, "src", "ErzyCall.Api"), "-c", "Release", "-o", build.Folder, "-v", "q"));
        return build;
    }

    public static PublishedBuild In(string folder) => File.Exists(Path.Combine(folder, Assembly))
        ? new PublishedBuild("other", Path.GetFullPath(folder))
        : throw new InvalidOperationException($"There is no {Assembly} in {folder}: publish src/ErzyCall.Api to it.");

    /// <summary>Runs a command of the server.</summary>
    /// <returns>What it has printed.</returns>
    public Task<string> RunAsync(Database database, params IEnumerable<string> arguments) =>
        Programs.RunAsync(Programs.Describe("dotnet", [Path.Combine(Folder, Assembly), .. arguments]).With(database.Settings));

    /// <summary>Starts a copy of the server.</summary>
    public Task<Server> StartAsync(Database database, params IEnumerable<(string Name, string Value)> settings) => Server.StartAsync(
        Name,
        Programs.Describe("dotnet", Path.Combine(Folder, Assembly))
            .With(database.Settings)
            .With(settings.ToDictionary(setting => setting.Name, setting => setting.Value)),
        Path.Combine(database.Folder, $"{Name}.log"));
}
