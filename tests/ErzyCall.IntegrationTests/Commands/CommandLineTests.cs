using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ErzyCall.Api.Commands;
using ErzyCall.Api.Features.ApiKeys;
using ErzyCall.Api.Features.Audit;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Npgsql;

namespace ErzyCall.IntegrationTests.Commands;

/// <summary>The deployed executable's commands: most of them inside of this process, and as processes of their own what only those show.</summary>
public sealed class CommandLineTests(TestRun run)
{
    [Fact]
    public async Task The_executable_does_the_same_and_ends_with_the_exit_code()
    {
        var postgres = await EmptyDatabaseAsync();
        Assert.StartsWith("Applied: ", (await RunProcessAsync(postgres, "migrate")).ShouldSucceed().Out, StringComparison.Ordinal);
        var org = (await RunProcessAsync(postgres, "orgs", "create", "--name", "Acme")).ShouldSucceed().Line;
        var key = (await RunProcessAsync(postgres, "keys", "create", "--org", org, "--name", "Key", "--scopes", "*")).ShouldSucceed();
        Assert.Matches("^ek_test_[0-9A-Za-z]+$", key.Line);
        Assert.Equal("", key.Error);
        Assert.EndsWith("  active  *  Key\n", (await RunProcessAsync(postgres, "keys", "list", "--org", org)).ShouldSucceed().Out, StringComparison.Ordinal);
        Assert.Equal(AuditLaws.All.Count, (await RunProcessAsync(postgres, "audit")).ShouldSucceed().Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var failed = await RunProcessAsync(postgres, Arguments("keys list --org {org}"));
        Assert.Equal((1, "", "There is no organization org_01jz8y6v7hf5k8m9n0p1q2r3s4.\n"), (failed.ExitCode, failed.Out, failed.Error));
        var misused = await RunProcessAsync(postgres, "orgs", "crate");
        Assert.Equal((2, ""), (misused.ExitCode, misused.Out));
        Assert.NotEmpty(misused.Error);
    }

    [Fact]
    public async Task Migrate_makes_the_schema_and_may_be_repeated()
    {
        var postgres = await EmptyDatabaseAsync();
        var early = await RunAsync(postgres, "orgs", "create", "--name", "Too early");
        Assert.Equal((1, ""), (early.ExitCode, early.Out));
        Assert.Contains("migrate", early.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", early.Error, StringComparison.Ordinal);

        var first = (await RunAsync(postgres, "migrate", "--json")).ShouldSucceed();
        var second = (await RunAsync(postgres, "migrate", "--json")).ShouldSucceed();

        Assert.NotEmpty(JsonElement.Parse(first.Line).GetProperty("applied").EnumerateArray());
        Assert.Equal("""{"applied":[]}""", second.Line);
        Assert.StartsWith("org_", (await RunAsync(postgres, "orgs", "create", "--name", "Acme")).ShouldSucceed().Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Organizations_and_keys_are_made_changed_listed_and_revoked()
    {
        var postgres = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres });

        var org = (await RunAsync(postgres, "orgs", "create", "--name", "Acme", "--max-calls", "7")).ShouldSucceed().Line;
        var live = JsonElement.Parse((await RunAsync(postgres, "orgs", "create", "--name", "Live", "--live", "--json")).ShouldSucceed().Line);
        Assert.Equal(["id", "name", "mode", "maxConcurrentCalls", "maxWaitingCalls", "perMinute", "perHour", "createdAt"], live.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("live", 10), (live.GetProperty("mode").GetString(), live.GetProperty("maxConcurrentCalls").GetInt32()));
        Assert.Equal(org, (await RunAsync(postgres, "orgs", "set", org, "--max-calls", "9")).ShouldSucceed().Line);
        (await RunAsync(postgres, "orgs", "set", org, "--max-waiting", "50", "--per-minute", "100", "--per-hour", "2000")).ShouldSucceed();
        var set = JsonElement.Parse((await RunAsync(postgres, "orgs", "set", org, "--per-hour", "default", "--json")).ShouldSucceed().Line);
        Assert.Equal(
            ["9", "50", "100", "null"],
            new[] { "maxConcurrentCalls", "maxWaitingCalls", "perMinute", "perHour" }.Select(limit => set.GetProperty(limit).GetRawText()));
        var orgs = JsonElement.Parse((await RunAsync(postgres, "orgs", "list", "--json")).ShouldSucceed().Line).GetProperty("data");
        Assert.Equal([("Acme", "test", 9), ("Live", "live", 10)], orgs.EnumerateArray().Select(row => (row.GetProperty("name").GetString(), row.GetProperty("mode").GetString(), row.GetProperty("maxConcurrentCalls").GetInt32())));

        var secret = (await RunAsync(postgres, "keys", "create", "--org", org, "--name", "Reader", "--scopes", "calls:read, phone_numbers:read", "--per-minute", "7", "--per-hour", "50")).ShouldSucceed().Line;
        Assert.Matches("^ek_test_[0-9A-Za-z]+$", secret);
        var api = server.CreateApiClient(secret);
        var list = (await api.GetAsync("/calls")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal("7", list.Header("X-RateLimit-Limit"));
        (await api.PostAsync("/calls", new { })).ShouldBeError(403, "INSUFFICIENT_SCOPE");
        var expired = (await RunAsync(postgres, "keys", "create", "--org", org, "--name", "Old", "--scopes", "*", "--expires", "2020-01-01T00:00:00Z")).ShouldSucceed().Line;
        (await server.CreateApiClient(expired).GetAsync("/calls")).ShouldBeError(401, "KEY_EXPIRED");
        var liveKey = (await RunAsync(postgres, "keys", "create", "--org", live.GetProperty("id").GetString()!, "--name", "Live", "--scopes", "*", "--json")).ShouldSucceed().Line;
        Assert.StartsWith("ek_live_", JsonElement.Parse(liveKey).GetProperty("secret").GetString(), StringComparison.Ordinal);

        var keys = JsonElement.Parse((await RunAsync(postgres, "keys", "list", "--org", org, "--json")).ShouldSucceed().Line).GetProperty("data");
        Assert.All(keys.EnumerateArray(), key => Assert.Equal(["id", "name", "scopes", "status", "expiresAt", "lastUsedAt", "createdAt"], key.EnumerateObject().Select(property => property.Name)));
        Assert.Equal([("Old", "expired"), ("Reader", "active")], keys.EnumerateArray().Select(key => (key.GetProperty("name").GetString(), key.GetProperty("status").GetString())));

        var reader = keys[1].GetProperty("id").GetString()!;
        Assert.Equal("", (await RunAsync(postgres, "keys", "revoke", reader)).ShouldSucceed().Out);
        (await api.GetAsync("/calls")).ShouldBeError(401, "KEY_REVOKED");
        Assert.Contains($"{reader}  revoked", (await RunAsync(postgres, "keys", "list", "--org", org)).ShouldSucceed().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed_makes_the_sample_organization_once_and_adds_rows_to_it()
    {
        var postgres = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres });

        var first = (await RunAsync(postgres, "seed", "--contacts", "30", "--calls", "20")).ShouldSucceed().Line;
        var second = JsonElement.Parse((await RunAsync(postgres, "seed", "--contacts", "5", "--calls", "3", "--json")).ShouldSucceed().Line);

        Assert.Equal(["organizationId", "secret"], second.EnumerateObject().Select(property => property.Name));
        var api = server.CreateApiClient(first);
        var calls = (await api.GetAsync("/calls?limit=100")).ShouldBe(HttpStatusCode.OK);
        Assert.Equal(23, calls.Data.GetArrayLength());
        Assert.Equal("100000", calls.Header("X-RateLimit-Limit"));
        Assert.Equal(calls.Text, (await server.CreateApiClient(second.GetProperty("secret").GetString()).GetAsync("/calls?limit=100")).Text);
        Assert.Equal(["+14155559998", "+14155559999"], (await api.GetAsync("/phone-numbers")).Data.EnumerateArray().Select(phone => phone.GetProperty("phoneNumber").GetString()).Order());
        Assert.Equal(38, await server.InDatabaseAsync(db => Task.FromResult(db.Contacts.Count())));
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("orgs")]
    [InlineData("orgs create")]
    [InlineData("orgs create --name ")]
    [InlineData("orgs create --name x --max-calls 0")]
    [InlineData("orgs create --name x --bogus")]
    [InlineData("keys create --org org_x --name x --scopes *")]
    [InlineData("keys create --org {org} --name x --scopes calls:fly")]
    [InlineData("keys create --org {org} --name x --scopes * --expires tomorrow")]
    [InlineData("keys create --org {org} --name x --scopes * --per-minute 0")]
    [InlineData("keys create --org {org} --name  --scopes *")]
    [InlineData("keys create --org {org} --name {long} --scopes *")]
    [InlineData("orgs set x --max-calls 3")]
    [InlineData("orgs set {org}")]
    [InlineData("orgs set {org} --json")]
    [InlineData("orgs set {org} --max-waiting 0")]
    [InlineData("orgs set {org} --per-minute -1")]
    [InlineData("orgs set {org} --per-hour many")]
    [InlineData("orgs set {org} --max-calls default")]
    [InlineData("orgs set {org} --per-hour 99999999999")]
    [InlineData("seed --calls many")]
    [InlineData("audit --since yesterday")]
    [InlineData("audit --timeout 0")]
    [InlineData("--port 5172")]
    [InlineData("--urls http://127.0.0.1:0 migrate")]
    public async Task Wrong_usage_is_exit_code_2_and_a_word_on_standard_error(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var result = await RunAsync("Host=127.0.0.1;Port=1", Arguments(line));

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.NotEmpty(result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "keys create --org {org} --name x --scopes *")]
    [InlineData(true, "keys list --org {org}")]
    [InlineData(true, "keys revoke {org}")]
    [InlineData(true, "orgs set {org} --max-calls 3")]
    [InlineData(false, "orgs list")]
    [InlineData(false, "migrate")]
    [InlineData(false, "audit")]
    [InlineData(true, "audit --since 2999-01-01T00:00:00Z")]
    public async Task A_command_that_fails_is_exit_code_1_and_a_word_on_standard_error(bool isReachable, string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var result = await RunAsync(isReachable ? await run.CreateDatabaseAsync() : "Host=127.0.0.1;Port=1", Arguments(line));

        Assert.Equal((1, ""), (result.ExitCode, result.Out));
        Assert.NotEmpty(result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ConnectionStrings:Postgres", "Host=x;Nonsense=1")]
    [InlineData("ConnectionStrings:Postgres", "Host=127.0.0.1;Port=1")]
    [InlineData("ConnectionStrings:Postgres", "{database};Username=a_stranger")]
    [InlineData("ConnectionStrings:Postgres", "{database};Database=nowhere")]
    [InlineData("ConnectionStrings:PostgresDirect", "postgres://somebody:secret@host/db")]
    [InlineData("ConnectionStrings:Redis", "localhost,abortConnect=perhaps")]
    [InlineData("ConnectionStrings:Redis", "redis://somebody:secret@host:port/x")]
    [InlineData("Simulator:Speed", "fast")]
    [InlineData("Simulator:Speed", "-1")]
    [InlineData("Shutdown:Delay", "-00:00:01")]
    [InlineData("Http:TrustedProxies", "everybody")]
    [InlineData("Http:PublicUrl", "voice.example.com")]
    [InlineData("Http:PublicUrl", "ftp://voice.example.com")]
    [InlineData("Http:PublicUrl", "https://voice.example.com/erzy?x=1")]
    [InlineData("Simulator:AllowLive", "perhaps")]
    public async Task A_server_that_cannot_start_says_why_and_ends_with_exit_code_1(string setting, string value)
    {
        var database = await run.CreateDatabaseAsync();
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Postgres"] = database,
            ["ConnectionStrings:Redis"] = run.RedisConnectionString(),
            ["urls"] = "http://127.0.0.1:0",
            ["Serilog:MinimumLevel:Default"] = "Fatal",
            [setting] = value.Replace("{database}", database, StringComparison.Ordinal),
        };

        ShouldSayWhy(await CommandInside.RunAsync(database, [.. settings.Select(own => $"--{own.Key}={own.Value}")]));
    }

    [Theory]
    [InlineData("ConnectionStrings__Postgres", "Host=127.0.0.1;Port=1")]
    [InlineData("ConnectionStrings__PostgresDirect", "postgres://somebody:secret@host/db")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:{taken}")]
    [InlineData("ASPNETCORE_URLS", "banana")]
    [InlineData("ASPNETCORE_URLS", "ftp://127.0.0.1:0")]
    public async Task The_executable_that_cannot_serve_says_why_and_ends_with_exit_code_1(string setting, string value)
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var database = await run.CreateDatabaseAsync();
        value = value.Replace("{taken}", $"{((System.Net.IPEndPoint)taken.LocalEndpoint).Port}", StringComparison.Ordinal);

        ShouldSayWhy(await CommandProcess.RunAsync(
            "ErzyCall.Api.dll",
            [],
            ("ConnectionStrings__Postgres", database),
            ("ConnectionStrings__Redis", run.RedisConnectionString()),
            (setting, value)));
    }

    private static void ShouldSayWhy(CommandResult result)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_makes_no_database_of_a_mistyped_name_unless_told_to_and_says_which_right_it_lacks()
    {
        var present = new NpgsqlConnectionStringBuilder(await run.CreateDatabaseAsync());
        var mistyped = new NpgsqlConnectionStringBuilder(present.ConnectionString) { Database = $"{present.Database}_mistyped" }.ConnectionString;
        await using var source = NpgsqlDataSource.Create(present.ConnectionString);

        var refused = await RunAsync(mistyped, "migrate");
        Assert.Equal((1, ""), (refused.ExitCode, refused.Out));
        Assert.Contains("_mistyped\" does not exist", Assert.Single(refused.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        await using (var exists = source.CreateCommand($"SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{present.Database}_mistyped')"))
        {
            Assert.Equal(false, await exists.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }

        (await RunAsync(mistyped, "migrate", "--create-database")).ShouldSucceed();
        await using (var rights = source.CreateCommand($"CREATE ROLE {present.Database}_reader LOGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC"))
        {
            await rights.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var reader = await RunAsync(new NpgsqlConnectionStringBuilder(present.ConnectionString) { Username = $"{present.Database}_reader" }.ConnectionString, "migrate");
        Assert.Equal((1, ""), (reader.ExitCode, reader.Out));
        Assert.Contains("permission denied", Assert.Single(reader.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_shown_at_the_start_is_a_new_one_each_time_until_a_call_was_placed_and_unused_ones_are_revoked()
    {
        await using var server = await run.StartServerAsync();
        var cancellationToken = TestContext.Current.CancellationToken;
        Task<ApiKeySecret?> StartAsync() => server.InDatabaseAsync(db => SampleData.WelcomeKeyAsync(db, TimeProvider.System, cancellationToken));

        var first = (await StartAsync())!;
        var second = (await StartAsync())!;
        (await server.CreateApiClient(first.Text).GetAsync("/me")).ShouldBeError(401, "KEY_REVOKED");
        (await server.CreateApiClient(second.Text).GetAsync("/me")).ShouldBe(HttpStatusCode.OK);

        // Somebody has it in use by now.
        var third = (await StartAsync())!;
        (await server.CreateApiClient(second.Text).GetAsync("/me")).ShouldBe(HttpStatusCode.OK);
        (await server.CreateApiClient(third.Text).PostAsync("/calls", new { to = "+14155550100", from = SampleData.OutboundNumber })).ShouldBe(HttpStatusCode.Created);
        Assert.Null(await StartAsync());
    }

    [Fact]
    public async Task A_command_that_is_stopped_says_so_and_ends_with_exit_code_1()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no signals.");
        var cancellationToken = TestContext.Current.CancellationToken;
        var postgres = await run.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(postgres);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var block = new NpgsqlCommand("LOCK TABLE organizations", connection);
        await block.ExecuteNonQueryAsync(cancellationToken);

        using var process = Process.Start(CommandProcess.StartInfo("ErzyCall.Api.dll", ["orgs", "list"], ("ConnectionStrings__Postgres", postgres)))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await using var waits = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE NOT granted AND datname = current_database())", connection);
        while (!(bool)(await waits.ExecuteScalarAsync(cancellationToken))!)
        {
            Assert.False(process.HasExited, "It did not wait.");
        }

        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync(cancellationToken);

        Assert.Equal((1, "", "Stopped before it was done."), (process.ExitCode, await output, (await error).TrimEnd()));
    }

    [Fact]
    public async Task Migrating_takes_as_long_as_it_takes_whatever_the_limit_for_other_statements()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var postgres = await run.CreateDatabaseAsync();
        await using var obstacle = new NpgsqlConnection(postgres);
        await obstacle.OpenAsync(cancellationToken);
        await using var transaction = await obstacle.BeginTransactionAsync(cancellationToken);
        await using (var block = new NpgsqlCommand("LOCK TABLE \"__EFMigrationsHistory\" IN SHARE MODE", obstacle))
        {
            await block.ExecuteNonQueryAsync(cancellationToken);
        }

        var migrating = RunAsync($"{postgres};Command Timeout=1", "migrate");
        await using var witness = NpgsqlDataSource.Create(postgres);
        await using var waiting = witness.CreateCommand("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '\"__EFMigrationsHistory\"'::regclass AND clock_timestamp() - waitstart > interval '3 seconds'");
        await Patience.UntilAsync("it has waited for longer than the limit", async () => migrating.IsCompleted || 1L.Equals(await waiting.ExecuteScalarAsync()));

        Assert.False(migrating.IsCompleted, migrating.IsCompleted ? (await migrating).Error : "");
        await transaction.RollbackAsync(cancellationToken);
        (await migrating).ShouldSucceed();
    }

    private static string[] Arguments(string line) =>
    [
        .. line.Split(' ').Select(word => word
            .Replace("{org}", "org_01jz8y6v7hf5k8m9n0p1q2r3s4", StringComparison.Ordinal)
            .Replace("{long}", new string('x', 201), StringComparison.Ordinal)),
    ];

    private static Task<CommandResult> RunAsync(string postgres, params string[] args) => CommandInside.RunAsync(postgres, args);

    private Task<CommandResult> RunProcessAsync(string postgres, params string[] args) =>
        CommandProcess.RunAsync("ErzyCall.Api.dll", args, ("ConnectionStrings__Postgres", postgres), ("ConnectionStrings__Redis", run.RedisConnectionString()));

    private async Task<string> EmptyDatabaseAsync()
    {
        var postgres = new NpgsqlConnectionStringBuilder(await run.CreateDatabaseAsync());
        await using var connection = new NpgsqlConnection(postgres.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        postgres.Database += "_empty";
#pragma warning disable CA2100 // The name is made above.
        await using var create = new NpgsqlCommand($"CREATE DATABASE {postgres.Database}", connection);
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return postgres.ConnectionString;
    }
}
