using System.Net;
using ErzyCall.Api.Platform.Persistence;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Persistence;

/// <summary>Reads that PostgreSQL does not answer: here they wait for a lock on the whole table.</summary>
public sealed class SlowReadTests(TestRun run)
{
    private const string Waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

    [Theory]
    [InlineData("/calls")]
    [InlineData("/calls?status=new&metadata[a]=b")]
    [InlineData("/calls/{call}")]
    public async Task A_read_that_takes_too_long_is_cancelled_in_PostgreSQL_and_told_to_come_back(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var cancellationToken = TestContext.Current.CancellationToken;
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
        var postgres = await run.CreateDatabaseAsync();
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres, Clock = clock });
        var tenant = await server.CreateTenantAsync();
        path = path.Replace("{call}", await tenant.PlaceCallAsync(), StringComparison.Ordinal);
        await using var source = NpgsqlDataSource.Create(postgres);
        await using var holder = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(cancellationToken);
        await using (var hold = new NpgsqlCommand("LOCK TABLE calls IN ACCESS EXCLUSIVE MODE", holder))
        {
            await hold.ExecuteNonQueryAsync(cancellationToken);
        }

        var read = tenant.Api.GetAsync(path);
        await Patience.UntilAsync("the read waits in PostgreSQL", async () => await WaitingAsync() == 1);
        clock.Advance(ReadSnapshot.Longest - TimeSpan.FromMilliseconds(1));
        Assert.False(read.IsCompleted);
        Assert.Equal(1, await WaitingAsync());

        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("5", (await read).ShouldBeError(503, "SERVICE_UNAVAILABLE").Header("Retry-After"));
        Assert.Equal(0, await WaitingAsync());
        await transaction.RollbackAsync(cancellationToken);
        (await tenant.Api.GetAsync(path)).ShouldBe(HttpStatusCode.OK);

        async Task<long> WaitingAsync()
        {
            await using var question = source.CreateCommand(Waiting);
            return (long)(await question.ExecuteScalarAsync(cancellationToken))!;
        }
    }
}
