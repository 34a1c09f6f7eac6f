using System.Net;
using ErzyCall.IntegrationTests.Platform.Idempotency;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ErzyCall.IntegrationTests.Platform.Secrets;

public sealed class KeyRingTests(TestRun run)
{
    private const int Copies = 4;

    [Fact]
    public async Task Copies_that_migrate_and_start_at_once_on_an_empty_database_share_one_key_and_read_each_other()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var database = await run.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        await using (var empty = source.CreateCommand("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
        {
            await empty.ExecuteNonQueryAsync(cancellationToken);
        }

        await Task.WhenAll(Enumerable.Range(0, Copies).Select(_ => TestServer.MigrateAsync(database, cancellationToken)));
        var servers = await Task.WhenAll(Enumerable.Range(0, Copies).Select(_ => run.StartServerAsync(new TestServerOptions { Postgres = database })));
        try
        {
            var tenant = await servers[0].CreateTenantAsync();
            for (var made = 0; made < 2; made++)
            {
                (await tenant.Api.PostAsync("/calls", tenant.ScheduledCall())).ShouldBe(HttpStatusCode.Created);
            }

            var texts = servers.Select(server => Protector(server).Protect("secret")).ToList();
            Assert.All(servers, server => Assert.All(texts, text => Assert.Equal("secret", Protector(server).Unprotect(text))));
            foreach (var server in servers)
            {
                var page = (await server.CreateApiClient(tenant.Secret).GetAsync("/calls?limit=1")).ShouldBe(HttpStatusCode.OK);
                var cursor = page.Json.GetProperty("pagination").GetProperty("cursor").GetString();
                foreach (var other in servers)
                {
                    (await other.CreateApiClient(tenant.Secret).GetAsync($"/calls?limit=1&cursor={cursor}")).ShouldBe(HttpStatusCode.OK);
                }
            }

            await using var count = source.CreateCommand("SELECT count(*) FROM data_protection_keys");
            Assert.Equal(1L, await count.ExecuteScalarAsync(cancellationToken));
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task Keys_that_were_not_shared_and_keys_past_their_time_are_read_all_the_same()
    {
        var database = await run.CreateDatabaseAsync();
        await using var first = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        var text = Protector(first).Protect("secret");

        // As of an earlier version: its key is over, and the copies have made two others at the same time.
        await first.InDatabaseAsync(async db =>
        {
            var key = await db.DataProtectionKeys.SingleAsync();
            key.Xml = System.Text.RegularExpressions.Regex.Replace(key.Xml!, "<expirationDate>.*?</expirationDate>", "<expirationDate>2026-01-01T00:00:00Z</expirationDate>");
            await db.SaveChangesAsync();
            var kept = await db.DataProtectionKeys.AsNoTracking().ToListAsync();
            await db.DataProtectionKeys.ExecuteDeleteAsync();
            await using var other = await run.StartServerAsync(new TestServerOptions { Postgres = database });
            var unknown = Protector(other).Protect("another secret");
            db.ChangeTracker.Clear();
            db.DataProtectionKeys.AddRange(kept);
            await db.SaveChangesAsync();

            // The first has never heard of the other's key, nor the other of the first one's: each reads the keys again and finds it.
            Assert.Equal("another secret", Protector(first).Unprotect(unknown));
            Assert.Equal("secret", Protector(other).Unprotect(text));
            return 0;
        });
        await using var late = await run.StartServerAsync(new TestServerOptions { Postgres = database });
        Assert.Equal("secret", Protector(late).Unprotect(text));
        Assert.Equal(2, await late.InDatabaseAsync(db => db.DataProtectionKeys.CountAsync()));
    }

    [Fact]
    public async Task A_forged_cursor_is_refused_and_one_that_cannot_be_judged_is_not()
    {
        await using var postgres = await OwnPostgres.StartAsync(run);
        await using var server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres.ConnectionString });
        await using var stranger = await run.StartServerAsync();
        var unknown = Protector(stranger).Protect("secret");
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => Protector(server).Unprotect(unknown));

        await postgres.StopAsync();
        var failure = Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => Protector(server).Unprotect(unknown));
        Assert.True(Api.Platform.Persistence.DatabaseFailure.IsUnreachable(failure));
    }

    private static IDataProtector Protector(TestServer server) => server.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
}
