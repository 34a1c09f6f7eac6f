using System.Net;
using System.Text.Json;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Commands;

public sealed class WhatsAppCommandTests(TestRun run)
{
    private static readonly (string Name, string Value)[] s_secrets =
        [("WHATSAPP_ACCESS_TOKEN", "token-1"), ("WHATSAPP_APP_SECRET", "secret-1"), ("WHATSAPP_VERIFY_TOKEN", "verify-1")];

    [Fact]
    public async Task A_live_account_is_connected_and_connected_again_with_other_secrets()
    {
        var postgres = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres });
        var org = (await RunAsync(postgres, ["orgs", "create", "--name", "Acme", "--live"])).ShouldSucceed().Line;
        var key = (await RunAsync(postgres, ["keys", "create", "--org", org, "--name", "Key", "--scopes", "*"])).ShouldSucceed().Line;

        var id = (await RunProcessAsync(postgres, Connect(org, "111"), "", s_secrets)).ShouldSucceed().Line;
        Assert.StartsWith("wa_acct_", id, StringComparison.Ordinal);
        Assert.Equal(("token-1", "secret-1", "verify-1"), await SecretsAsync(server));
        await server.ExecuteSqlAsync("UPDATE whatsapp_accounts SET status = 'error', status_message = '190: expired'");

        // What the environment does not say is read from standard input, in the order of the secrets.
        var again = (await RunProcessAsync(postgres, [.. Connect(org, "111"), "--json"], "token-2\nverify-2\n", s_secrets[1])).ShouldSucceed();
        var account = JsonElement.Parse(again.Line);
        Assert.Equal((id, "active", JsonValueKind.Null), (account.GetProperty("id").GetString(), account.GetProperty("status").GetString(), account.GetProperty("statusMessage").ValueKind));
        Assert.Equal(("token-2", "secret-1", "verify-2"), await SecretsAsync(server));
        Assert.DoesNotContain("token-2", again.Out + again.Error, StringComparison.Ordinal);
        Assert.Equal(
            account.GetRawText(),
            Assert.Single((await server.CreateApiClient(key).GetAsync("/whatsapp/accounts")).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray()).GetRawText());
    }

    [Fact]
    public async Task A_live_number_belongs_to_one_organization_and_a_simulated_one_to_any()
    {
        var postgres = await run.CreateDatabaseAsync();
        var first = (await RunAsync(postgres, ["orgs", "create", "--name", "First", "--live"])).ShouldSucceed().Line;
        var second = (await RunAsync(postgres, ["orgs", "create", "--name", "Second", "--live"])).ShouldSucceed().Line;
        var test = (await RunAsync(postgres, ["orgs", "create", "--name", "Test"])).ShouldSucceed().Line;
        const string secrets = "token-1\nsecret-1\nverify-1\n";
        (await RunAsync(postgres, Connect(first, "111"), secrets)).ShouldSucceed();

        var refused = await RunAsync(postgres, Connect(second, "111"), secrets);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Out));
        Assert.Contains("another organization", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);

        // Nobody's messages are invented whose organization is live, unless the operator wants it so.
        var simulated = await RunAsync(postgres, [.. Connect(second, "111"), "--simulated"]);
        Assert.Equal((1, ""), (simulated.ExitCode, simulated.Out));
        Assert.Contains("Simulator:AllowLive", simulated.Error, StringComparison.Ordinal);
        (await RunAsync(postgres, [.. Connect(second, "111"), "--simulated"], settings: ("Simulator:AllowLive", "true"))).ShouldSucceed();
        (await RunAsync(postgres, Connect(test, "111"))).ShouldSucceed();
    }

    [Theory]
    [InlineData(2, "connect")]
    [InlineData(2, "connect --org {org} --waba-id 1 --phone-number-id ../me --display-phone-number +14155559999 --name x --simulated")]
    [InlineData(2, "connect --org {org} --waba-id 1 --phone-number-id 1 --display-phone-number 14155559999 --name x --simulated")]
    [InlineData(2, "connect --org {org} --waba-id 1 --phone-number-id 1 --display-phone-number +14155559999 --name x --access-token y")]
    [InlineData(1, "connect --org org_01jz8y6v7hf5k8m9n0p1q2r3s4 --waba-id 1 --phone-number-id 1 --display-phone-number +14155559999 --name x --simulated")]
    [InlineData(1, "connect --org {org} --waba-id 1 --phone-number-id 1 --display-phone-number +14155559999 --name x")]
    public async Task What_cannot_be_connected_is_a_word_on_standard_error(int exitCode, string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var postgres = await run.CreateDatabaseAsync();
        var org = (await RunAsync(postgres, ["orgs", "create", "--name", "Acme", "--live"])).ShouldSucceed().Line;
        var result = await RunAsync(postgres, ["whatsapp", .. line.Replace("{org}", org, StringComparison.Ordinal).Split(' ')]);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Out));
        Assert.NotEmpty(result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    private static string[] Connect(string org, string phoneNumberId) =>
        ["whatsapp", "connect", "--org", org, "--waba-id", "222", "--phone-number-id", phoneNumberId, "--display-phone-number", "+14155559999", "--name", "Acme Dental"];

    private static async Task<(string AccessToken, string AppSecret, string VerifyToken)> SecretsAsync(TestServer server)
    {
        var account = await server.InDatabaseAsync(db => db.WhatsAppAccounts.SingleAsync());
        var encryption = server.Services.GetRequiredService<Encryption>();
        return (
            AccountSecrets.AccessTokenOf(account, encryption),
            AccountSecrets.AppSecretOf(account, encryption),
            AccountSecrets.VerifyTokenOf(account, encryption));
    }

    private static Task<CommandResult> RunAsync(string postgres, string[] args, string input = "", params (string Name, string Value)[] settings) =>
        CommandInside.RunAsync(postgres, args, input, settings);

    /// <summary>As a process of its own: secrets come from its environment.</summary>
    private static Task<CommandResult> RunProcessAsync(string postgres, string[] args, string input, params (string Name, string Value)[] environment) =>
        CommandProcess.RunAsync("ErzyCall.Api.dll", args, input, [("ConnectionStrings__Postgres", postgres), .. environment]);
}
