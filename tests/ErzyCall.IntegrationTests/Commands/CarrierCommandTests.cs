using System.Text.Json;
using ErzyCall.Api.Features.CarrierAccounts;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.IntegrationTests.Server;
using ErzyCall.VapiStandIn;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Commands;

public sealed class CarrierCommandTests(TestRun run)
{
    private const string Secrets = "private-key-of-the-stand-in\npublic-key-of-the-stand-in\n";

    private static readonly (string, string) s_place = ("Http:PublicUrl", "https://voice.example.com");

    [Fact]
    public async Task An_account_is_connected_checked_listed_and_disconnected()
    {
        await using var vapi = await FakeVapi.StartAsync();
        var postgres = await run.CreateDatabaseAsync();
        using var server = await ServerProcess.StartAsync(postgres, run.RedisConnectionString(), [("Workers__Enabled", "false")]);
        (string, string)[] settings = [("Http:PublicUrl", server.Url.ToString()), ("Carriers:Vapi:BaseAddress", vapi.Address.ToString())];
        var org = (await RunAsync(postgres, ["orgs", "create", "--name", "Acme", "--live"])).ShouldSucceed().Line;

        var id = (await RunAsync(postgres, [.. Connect(org), "--calls-per-second", "1.5"], Secrets, settings)).ShouldSucceed().Line;
        Assert.StartsWith("carr_", id, StringComparison.Ordinal);

        var check = (await RunAsync(postgres, ["carriers", "check", id, "--json"], "", settings)).ShouldSucceed();
        var found = JsonElement.Parse(check.Out);
        Assert.Equal(vapi.Options.Numbers[0].Number, Assert.Single(found.GetProperty("numbers").EnumerateArray()).GetProperty("number").GetString());
        Assert.Equal((id, "active"), (found.GetProperty("account").GetProperty("id").GetString(), found.GetProperty("account").GetProperty("status").GetString()));

        // An account that the carrier refuses is in error until a check finds it in order again.
        var same = (await RunAsync(postgres, Connect(org), "another\nkey\n", settings)).ShouldSucceed().Line;
        Assert.Equal(id, same);
        var refused = await RunAsync(postgres, ["carriers", "check", id], "", settings);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Out));
        Assert.Contains("http-401", refused.Error, StringComparison.Ordinal);
        Assert.Contains("error", (await RunAsync(postgres, ["carriers", "list", "--org", org])).ShouldSucceed().Out, StringComparison.Ordinal);
        (await RunAsync(postgres, Connect(org), Secrets, settings)).ShouldSucceed();
        Assert.Contains("can be used", (await RunAsync(postgres, ["carriers", "check", id], "", settings)).ShouldSucceed().Out, StringComparison.Ordinal);

        Assert.Equal(id, (await RunAsync(postgres, ["carriers", "disconnect", id])).ShouldSucceed().Line);
        var listed = JsonElement.Parse((await RunAsync(postgres, ["carriers", "list", "--org", org, "--json"])).ShouldSucceed().Out).GetProperty("data");
        Assert.Equal("disconnected", Assert.Single(listed.EnumerateArray()).GetProperty("status").GetString());
        Assert.Equal(1, (await RunAsync(postgres, ["carriers", "check", id], "", settings)).ExitCode);
        await using var other = await run.StartServerAsync(new TestServerOptions { Postgres = postgres });
        Assert.Null((await other.InDatabaseAsync(db => db.CarrierAccounts.SingleAsync())).Secrets);
    }

    [Fact]
    public async Task Secrets_are_encrypted_and_callbacks_stay_known_when_an_account_is_connected_again()
    {
        var postgres = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres });
        var org = (await RunAsync(postgres, ["orgs", "create", "--name", "Acme", "--live"])).ShouldSucceed().Line;
        (await RunAsync(postgres, Connect(org), "key-1\nkey-2\n", s_place)).ShouldSucceed();
        var (row, first) = await ReadAsync(server);
        Assert.Equal(("key-1", "key-2"), (first.ApiKey, first.PublicKey));
        Assert.DoesNotContain("key-1", row.Secrets, StringComparison.Ordinal);

        var again = await CommandProcess.RunAsync(
            "ErzyCall.Api.dll", Connect(org), "key-4\n", [("ConnectionStrings__Postgres", postgres), ("Http__PublicUrl", "https://voice.example.com"), ("VAPI_PRIVATE_KEY", "key-3")]);
        again.ShouldSucceed();
        var (_, second) = await ReadAsync(server);
        Assert.Equal(("key-3", "key-4", first.CallbackSecret), (second.ApiKey, second.PublicKey, second.CallbackSecret));
        Assert.DoesNotContain("key-3", again.Out + again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "connect", "https://voice.example.com", "")]
    [InlineData(2, "connect --org {org} --provider pigeon --name x", "https://voice.example.com", Secrets)]
    [InlineData(2, "connect --org {org} --provider vapi --name x --base-address http://vapi.example.com", "https://voice.example.com", Secrets)]
    [InlineData(2, "connect --org {org} --provider vapi --name x --calls-per-second 0", "https://voice.example.com", Secrets)]
    [InlineData(2, "connect --org {org} --provider vapi --name x --api-key y", "https://voice.example.com", Secrets)]
    [InlineData(1, "connect --org {org} --provider vapi --name x", "https://voice.example.com", "only-one\n")]
    [InlineData(1, "connect --org {org} --provider vapi --name x", "", Secrets)]
    [InlineData(1, "connect --org {org} --provider vapi --name x", "http://voice.example.com", Secrets)]
    [InlineData(1, "connect --org {test} --provider vapi --name x", "https://voice.example.com", Secrets)]
    [InlineData(1, "connect --org org_01jz8y6v7hf5k8m9n0p1q2r3s4 --provider vapi --name x", "https://voice.example.com", Secrets)]
    [InlineData(2, "check x", "https://voice.example.com", "")]
    [InlineData(1, "check carr_01jz8y6v7hf5k8m9n0p1q2r3s4", "https://voice.example.com", "")]
    [InlineData(1, "disconnect carr_01jz8y6v7hf5k8m9n0p1q2r3s4", "https://voice.example.com", "")]
    public async Task What_cannot_be_done_is_a_word_on_standard_error(int exitCode, string line, string place, string secrets)
    {
        ArgumentNullException.ThrowIfNull(line);
        var postgres = await run.CreateDatabaseAsync();
        var org = (await RunAsync(postgres, ["orgs", "create", "--name", "Acme", "--live"])).ShouldSucceed().Line;
        var test = (await RunAsync(postgres, ["orgs", "create", "--name", "Test"])).ShouldSucceed().Line;
        line = line.Replace("{org}", org, StringComparison.Ordinal).Replace("{test}", test, StringComparison.Ordinal);

        var result = await RunAsync(postgres, ["carriers", .. line.Split(' ')], secrets, ("Http:PublicUrl", place));

        Assert.Equal((exitCode, ""), (result.ExitCode, result.Out));
        Assert.NotEmpty(result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_tells_when_callbacks_do_not_arrive_or_the_carrier_is_away()
    {
        await using var vapi = await FakeVapi.StartAsync();
        var postgres = await run.CreateDatabaseAsync();
        var org = (await RunAsync(postgres, ["orgs", "create", "--name", "Acme", "--live"])).ShouldSucceed().Line;

        // Somebody else is at the public address, and then nobody.
        (string, string)[] settings = [("Http:PublicUrl", vapi.Address.ToString()), ("Carriers:Vapi:BaseAddress", vapi.Address.ToString())];
        var id = (await RunAsync(postgres, Connect(org), Secrets, settings)).ShouldSucceed().Line;
        foreach (var place in new[] { vapi.Address.ToString(), "http://127.0.0.1:1" })
        {
            var result = await RunAsync(postgres, ["carriers", "check", id], "", ("Http:PublicUrl", place), ("Carriers:Vapi:BaseAddress", vapi.Address.ToString()));
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("callbacks do not arrive", result.Error, StringComparison.Ordinal);
        }

        var away = await RunAsync(postgres, ["carriers", "check", id], "", ("Http:PublicUrl", vapi.Address.ToString()), ("Carriers:Vapi:BaseAddress", "http://127.0.0.1:1"));
        Assert.Equal(1, away.ExitCode);
        Assert.Contains("Vapi did not answer", away.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", away.Error, StringComparison.Ordinal);
    }

    private static string[] Connect(string org) => ["carriers", "connect", "--org", org, "--provider", "vapi", "--name", "Main line"];

    private static async Task<(CarrierAccount Row, CarrierSecrets Secrets)> ReadAsync(TestServer server)
    {
        var account = await server.InDatabaseAsync(db => db.CarrierAccounts.AsNoTracking().SingleAsync());
        return (account, CarrierSecrets.Of(account, server.Services.GetRequiredService<Encryption>())!);
    }

    private static Task<CommandResult> RunAsync(string postgres, string[] args, string input = "", params (string Name, string Value)[] settings) =>
        CommandInside.RunAsync(postgres, args, input, settings);
}
