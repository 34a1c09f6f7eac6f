using System.Net;
using ErzyCall.Api.Features.Prompts;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using ErzyCall.Local;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ErzyCall.IntegrationTests.Local;

/// <summary>The private PostgreSQL on a disk that is really full. What the API makes of the error code alone: <c>DatabaseAwayTests</c>.</summary>
public sealed class DiskFullTests(TestRun run)
{
    [Fact]
    public async Task While_the_disk_is_full_a_request_that_needs_room_is_503_and_when_there_is_room_it_succeeds()
    {
        await using var disk = await SmallDisk.MountAsync();
        var outage = new ListLogger<DatabaseState>();
        await using var postgres = await OwnPostgres.StartAsync(run, disk.Path);
        await using var server = await run.StartServerAsync(new TestServerOptions
        {
            Postgres = postgres.ConnectionString,
            Services = services => services.AddSingleton<ILogger<DatabaseState>>(outage),
        });
        var tenant = await server.CreateTenantAsync();
        var before = (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), "before")).ShouldBeNew();

        disk.Fill();

        // Pages that exist already take some more rows; then there must be another page.
        var made = 0;
        ApiResponse answer;
        do
        {
            answer = await tenant.Api.PostAsync("/prompts", new { name = "A prompt", text = new string('x', 5_000) }, $"prompt {made}");
            made++;
            Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, answer.Text);
        }
        while (answer.Status is HttpStatusCode.Created && made < 1_000);
        Assert.Equal("5", answer.ShouldBeError(503, "SERVICE_UNAVAILABLE").Header("Retry-After"));
        Assert.Contains("No space left on device", Assert.Single(outage.Messages), StringComparison.Ordinal);
        (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), "before")).ShouldReplay(before);

        disk.MakeRoom();
        (await tenant.Api.PostAsync("/prompts", new { name = "A prompt", text = new string('x', 5_000) }, $"prompt {made - 1}")).ShouldBeNew();
        Assert.Equal(made, await server.InDatabaseAsync(db => Task.FromResult(db.Prompts.Count())));
    }

    [Fact]
    public async Task A_PostgreSQL_that_a_full_disk_has_ended_is_started_again_when_there_is_room_and_has_lost_nothing()
    {
        await using var disk = await SmallDisk.MountAsync();
        var log = new ListLogger<OwnPostgres>();
        await using var postgres = await OwnPostgres.StartAsync(run, disk.Path, log);
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres.ConnectionString });
        var tenant = await server.CreateTenantAsync();
        var before = (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), "before")).ShouldBeNew();

        disk.Fill();
        await UseUpTheLogAsync(postgres);
        await Patience.UntilAsync("PostgreSQL has ended", () => log.Levels.Contains(LogLevel.Error));
        Assert.Contains($"The disk is full: 0 MiB are left for {disk.Path}/postgres", log.Messages.Last(), StringComparison.Ordinal);
        (await tenant.Api.GetAsync("/calls")).ShouldBeError(503, "SERVICE_UNAVAILABLE");

        disk.MakeRoom();
        await Patience.UntilAsync("it serves again", async () => (await tenant.Api.GetAsync("/calls")).Status is HttpStatusCode.OK);
        (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), "before")).ShouldReplay(before);
        (await tenant.Api.PostAsync("/calls", KeyedRequests.Call(), "after")).ShouldBeNew();
        Assert.Single(log.Levels, LogLevel.Error);
    }

    [Fact]
    public async Task Whoever_starts_on_a_full_disk_is_told_so()
    {
        await using var disk = await SmallDisk.MountAsync();
        var there = Directory.CreateDirectory(Path.Combine(disk.Path, "there")).FullName;
        await using (var postgres = await OwnPostgres.StartAsync(run, there))
        {
            await UseUpTheLogAsync(postgres, disk);
        }

        var refusals = new[]
        {
            await Assert.ThrowsAsync<LocalSetupException>(() => StartAsync(there)),
            await Assert.ThrowsAsync<LocalSetupException>(() => StartAsync(Path.Combine(disk.Path, "new"))),
        };

        Assert.All(refusals, refusal => Assert.Contains("The disk is full: 0 MiB are left for ", refusal.Message, StringComparison.Ordinal));
        disk.MakeRoom();
        await (await StartAsync(there)).DisposeAsync();
        await (await StartAsync(Path.Combine(disk.Path, "new"))).DisposeAsync();
    }

    private static Task<PrivatePostgres> StartAsync(string path) => PrivatePostgres.StartAsync(path, NullLogger.Instance, TestContext.Current.CancellationToken);

    /// <summary>Makes PostgreSQL need another segment of its write-ahead log, until it has none left that it could use again.</summary>
    private static async Task UseUpTheLogAsync(OwnPostgres postgres, SmallDisk? fill = null)
    {
        // Connected before: the first connection after a start has files of its own to write.
        await using var connection = await postgres.ConnectAsync();
        fill?.Fill();
        try
        {
            while (true)
            {
                await using var next = new NpgsqlCommand("SELECT pg_switch_wal(), pg_logical_emit_message(false, 'test', 'x')", connection);
                await next.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }
        }
        catch (NpgsqlException)
        {
            // It has given up.
        }
    }
}
