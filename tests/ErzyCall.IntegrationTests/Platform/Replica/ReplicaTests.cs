using System.Net;
using ErzyCall.Api.Platform.Replica;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Replica;

/// <summary>
/// Lists and searches on a server with a replica that stands still when the test says so: what is missing from a list then was read there.
/// </summary>
public sealed class ReplicaTests(TestRun run) : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
    private readonly ListLogger<ReplicaWatch> _log = new();
    private OwnPostgres _primary = null!;
    private OwnPostgres _replica = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The clusters of one test are made apart there.");
        _primary = await OwnPostgres.StartAsync(run);
        _replica = await _primary.ReplicateAsync(run);
    }

    public async ValueTask DisposeAsync()
    {
        await (_replica?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_primary?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task A_key_finds_what_it_wrote_and_reads_the_replica_again_once_that_has_it()
    {
        await using var server = await StartAsync();
        await using var copy = await StartAsync();
        var (tenant, other) = await CreateKeysAsync(server);
        var sameKey = copy.CreateApiClient(tenant.Secret);
        await CatchUpAsync(copy);

        await PauseAsync();
        var first = await tenant.CreateContactAsync("First");
        var keyed = (await tenant.Api.PostAsync("/contacts", new { title = "Second", phone = "+14155550102" }, "one")).ShouldBe(HttpStatusCode.Created)
            .Data.GetProperty("id").GetString()!;
        var call = await tenant.PlaceCallAsync();
        Assert.Equal([first, keyed], await ContactsAsync(tenant.Api));
        Assert.Equal([first, keyed], await ContactsAsync(sameKey));
        Assert.Equal([keyed], await IdsAsync(tenant.Api, "/contacts/search?q=second"));
        Assert.Equal([call], await IdsAsync(tenant.Api, "/calls"));
        Assert.Equal([call], await IdsAsync(sameKey, "/calls?status=new&phone=%2B14155550100"));
        Assert.Empty(await ContactsAsync(other));
        Assert.Empty(await IdsAsync(other, "/contacts/search?q=second"));
        Assert.Empty(await IdsAsync(other, "/calls"));
        (await other.GetAsync($"/calls/{call}")).ShouldBe(HttpStatusCode.OK);

        await ResumeAsync();
        await CatchUpAsync(server);
        Assert.Equal([first, keyed], await ContactsAsync(other));
        await PauseAsync();
        var third = (await other.PostAsync("/contacts", new { title = "Third", phone = "+14155550103" })).ShouldBe(HttpStatusCode.Created)
            .Data.GetProperty("id").GetString()!;
        Assert.Equal([first, keyed, third], await ContactsAsync(other));
        Assert.Equal([first, keyed], await ContactsAsync(tenant.Api));
    }

    [Fact]
    public async Task A_replica_that_is_behind_is_not_read_until_it_has_caught_up()
    {
        await using var server = await StartAsync();
        var (tenant, other) = await CreateKeysAsync(server);
        await PauseAsync();
        var contact = await tenant.CreateContactAsync();
        await MeasureAsync(server);
        Assert.Empty(await ContactsAsync(other));

        _clock.Advance(ReplicaWatch.Longest + TimeSpan.FromMilliseconds(1));
        Assert.Equal([contact], await ContactsAsync(other));
        await MeasureAsync(server);
        Assert.Equal([contact], await ContactsAsync(other));

        await ResumeAsync();
        await CatchUpAsync(server);
        await PauseAsync();
        await tenant.CreateContactAsync("Another");
        Assert.Equal([contact], await ContactsAsync(other));
        Assert.Equal([LogLevel.Warning, LogLevel.Information], _log.Levels);
    }

    [Fact]
    public async Task A_replica_that_goes_away_costs_no_answer()
    {
        await using var server = await StartAsync();
        var (tenant, other) = await CreateKeysAsync(server);
        await PauseAsync();
        var contact = await tenant.CreateContactAsync();
        Assert.Empty(await ContactsAsync(other));

        await _replica.StopAsync();
        Assert.Equal([contact], await ContactsAsync(other));
        await MeasureAsync(server);
        Assert.Equal([contact], await ContactsAsync(other));
        Assert.Equal([LogLevel.Warning], _log.Levels);

        await _replica.StartAgainAsync();
        await CatchUpAsync(server);
        await PauseAsync();
        await tenant.CreateContactAsync("Another");
        Assert.Equal([contact], await ContactsAsync(other));
        Assert.Equal([LogLevel.Warning, LogLevel.Information], _log.Levels);
    }

    [Fact]
    public async Task A_replica_that_stands_still_costs_no_answer()
    {
        await using var server = await StartAsync();
        var tenant = await server.CreateTenantAsync();
        var contact = await tenant.CreateContactAsync();
        await CatchUpAsync(server);
        Assert.Equal([contact], await ContactsAsync(tenant.Api));

        await _replica.StandStillAsync();
        var lists = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ContactsAsync(tenant.Api)));
        Assert.All(await Patience.WhileTimePassesAsync(_clock, lists), list => Assert.Equal([contact], list));
        Assert.Null(server.Services.GetRequiredService<ReplicaWatch>().Place);
        Assert.Equal([contact], await ContactsAsync(tenant.Api));
        await _replica.GoOnAsync();
    }

    [Fact]
    public async Task What_the_replica_does_not_find_is_asked_of_the_primary()
    {
        await using var server = await StartAsync();
        var (tenant, other) = await CreateKeysAsync(server);
        await PauseAsync();
        var contact = await tenant.CreateContactAsync();
        Assert.Empty(await ContactsAsync(other));
        Assert.Empty(await IdsAsync(other, $"/calls?contactId={contact}"));
        (await other.GetAsync($"/calls?contactId=contact_{new string('0', 26)}")).ShouldBe(HttpStatusCode.NotFound);
        Assert.Empty(await ContactsAsync(other));
    }

    [Fact]
    public async Task What_was_a_replica_of_another_primary_is_not_read()
    {
        // The replica is far ahead, and the primary is restored to where both began.
        await using var server = await StartAsync();
        await using (var primary = await _primary.ConnectAsync())
        {
            await using var ahead = new NpgsqlCommand("SELECT pg_switch_wal()", primary);
            await ahead.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await server.CreateTenantAsync();
        await CatchUpAsync(server);
        await using var restored = await OwnPostgres.StartAsync(run);
        await using var serverOfRestored = await StartAsync(postgres: restored.ConnectionString);
        var later = await serverOfRestored.CreateTenantAsync();
        var contact = await later.CreateContactAsync();
        await MeasureAsync(serverOfRestored);
        Assert.Null(serverOfRestored.Services.GetRequiredService<ReplicaWatch>().Place);
        Assert.Equal([contact], await ContactsAsync(later.Api));
    }

    [Fact]
    public async Task A_database_that_is_no_replica_of_this_one_is_not_read()
    {
        await using var stranger = await OwnPostgres.StartAsync(run);
        await using var server = await StartAsync(replica: stranger.ConnectionString);
        var tenant = await server.CreateTenantAsync();
        await MeasureAsync(server);
        Assert.Null(server.Services.GetRequiredService<ReplicaWatch>().Place);
        var contact = await tenant.CreateContactAsync();
        Assert.Equal([contact], await ContactsAsync(tenant.Api));
        Assert.Equal([LogLevel.Warning], _log.Levels);
    }

    private Task<TestServer> StartAsync(string? postgres = null, string? replica = null) => run.StartServerAsync(new TestServerOptions
    {
        Postgres = postgres ?? _primary.ConnectionString,
        Clock = _clock,
        Settings = new Dictionary<string, string> { ["ConnectionStrings:PostgresReplica"] = replica ?? _replica.ConnectionString },
        Services = services => services.AddSingleton<ILogger<ReplicaWatch>>(_log),
    });

    /// <summary>An organization that the replica has, and a second key of it.</summary>
    private async Task<(Tenant Tenant, ApiClient Other)> CreateKeysAsync(TestServer server)
    {
        var tenant = await server.CreateTenantAsync();
        var (_, other) = await tenant.AddKeyAsync(["*"]);
        await CatchUpAsync(server);
        return (tenant, other);
    }

    private static Task MeasureAsync(TestServer server) =>
        server.Services.GetRequiredService<ReplicaWatch>().MeasureAsync(TestContext.Current.CancellationToken);

    /// <summary>Until the server knows that the replica has all that was written before.</summary>
    private async Task CatchUpAsync(TestServer server)
    {
        await using var primary = await _primary.ConnectAsync();
        await using var end = new NpgsqlCommand("SELECT pg_current_wal_insert_lsn()", primary);
        var place = (NpgsqlTypes.NpgsqlLogSequenceNumber)(await end.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        await Patience.UntilAsync("the replica has caught up", async () =>
        {
            await MeasureAsync(server);
            return server.Services.GetRequiredService<ReplicaWatch>().Place >= place;
        });
    }

    private Task PauseAsync() => ReplayAsync(isPaused: true);

    private Task ResumeAsync() => ReplayAsync(isPaused: false);

    private async Task ReplayAsync(bool isPaused)
    {
        await using var replica = await _replica.ConnectAsync();
#pragma warning disable CA2100 // Both are constants.
        await using var command = new NpgsqlCommand(isPaused ? "SELECT pg_wal_replay_pause()" : "SELECT pg_wal_replay_resume()", replica);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await using var question = new NpgsqlCommand("SELECT pg_get_wal_replay_pause_state() = 'paused'", replica);
        await Patience.UntilAsync(
            isPaused ? "replay is paused" : "replay goes on",
            async () => (bool)(await question.ExecuteScalarAsync(TestContext.Current.CancellationToken))! == isPaused);
    }

    private static Task<HashSet<string>> ContactsAsync(ApiClient api) => IdsAsync(api, "/contacts");

    private static async Task<HashSet<string>> IdsAsync(ApiClient api, string path) =>
        [.. (await api.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Data.EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
}
