using System.Net;
using System.Text.RegularExpressions;
using ErzyCall.IntegrationTests.Commands;
using ErzyCall.IntegrationTests.Documents;
using ErzyCall.IntegrationTests.Server;
using ErzyCall.Local;

namespace ErzyCall.IntegrationTests.Local;

public sealed partial class LocalServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_local_server_keeps_everything_through_a_kill_and_shares_its_database_with_commands()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There a killed server leaves PostgreSQL to the next start.");
        string key;
        string call;
        PostmasterFile postmaster;
        using (var first = await LocalServer.StartAsync(_folder.Path))
        {
            // The first start says how to make a call; exactly that is done here.
            key = KeyPattern().Match(first.Output).Value;
            var lines = Regex.Matches(first.Output, $"curl -s {Regex.Escape(first.Url)}/api/v1/calls[^\n]*-H 'X-API-Key: {key}'[^\n]*");
            Assert.Equal(3, lines.Count);
            var body = BodyPattern().Match(first.Output).Groups[1].Value;
            using var http = first.CreateClient(key);
            var api = new ApiClient(http);
            (await api.GetAsync("/health/ready")).ShouldBe(HttpStatusCode.OK);
            call = (await api.PostAsync("/calls", body)).ShouldBe(HttpStatusCode.Created).Data.GetProperty("id").GetString()!;
            await PasteAsync(lines.Select(line => line.Value));
            await Patience.UntilAsync("the call is over", async () => (await api.GetAsync($"/calls/{call}")).Data.GetProperty("status").GetString() == "ended");

            // A command beside the running server works on the same database.
            var org = (await CommandAsync("orgs", "create", "--name", "Beside")).ShouldSucceed().Line;
            var secret = (await CommandAsync("keys", "create", "--org", org, "--name", "x", "--scopes", "calls:read")).ShouldSucceed().Line;
            using var beside = first.CreateClient(secret);
            Assert.Empty((await new ApiClient(beside).GetAsync("/calls")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray());

            postmaster = Postmaster();
            first.Kill();
        }

        await Patience.UntilAsync("PostgreSQL has stopped", () => !postmaster.IsRunning());
        using var second = await LocalServer.StartAsync(_folder.Path);
        Assert.DoesNotMatch(KeyPattern(), second.Output);
        using var again = second.CreateClient(key);
        var read = (await new ApiClient(again).GetAsync($"/calls/{call}")).ShouldBe(HttpStatusCode.OK).Data;
        Assert.Equal("ended", read.GetProperty("status").GetString());
        postmaster = Postmaster();
        second.Kill();
        await Patience.UntilAsync("PostgreSQL has stopped", () => !postmaster.IsRunning());
    }

    [Theory]
    [InlineData("http://127.0.0.1:{taken}", "in use")]
    [InlineData("banana", "not an address")]
    [InlineData("http://127.0.0.1:abc", "not an address")]
    [InlineData("http://localhost:70000", "not an address")]
    public async Task An_address_that_cannot_be_had_is_said_before_anything_is_made(string address, string why)
    {
        ArgumentNullException.ThrowIfNull(address);
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var data = Path.Combine(_folder.Path, "data");

        var result = await CommandProcess.RunAsync(
            "ErzyCall.Local.dll",
            ["--urls", address.Replace("{taken}", $"{((IPEndPoint)taken.LocalEndpoint).Port}", StringComparison.Ordinal)],
            ("Embedded__DataDirectory", data));

        Assert.Equal((1, ""), (result.ExitCode, result.Out));
        Assert.Contains(why, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    /// <summary>Where there is <c>curl</c>.</summary>
    private static async Task PasteAsync(IEnumerable<string> lines)
    {
        if (await Bash.IsThereAsync())
        {
            using var bash = new Bash();
            foreach (var line in lines)
            {
                Assert.Equal(0, (await bash.RunAsync(line)).ExitCode);
            }
        }
    }

    private PostmasterFile Postmaster() => PostgresFolder.In(_folder.Path).Postmaster()!;

    private Task<CommandResult> CommandAsync(params string[] args) => CommandProcess.RunAsync("ErzyCall.Local.dll", args, ("Embedded__DataDirectory", _folder.Path));

    [GeneratedRegex("ek_test_[0-9A-Za-z]+")]
    private static partial Regex KeyPattern();

    [GeneratedRegex("-d '([^']+)'")]
    private static partial Regex BodyPattern();
}
