using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ErzyCall.IntegrationTests.Features.Events;

/// <summary>Committed events get their place in the feed and their deliveries: each once, whatever happens to whoever publishes them.</summary>
public sealed class PublishEventsTests(TestRun run)
{
    [Fact]
    public async Task Events_whose_transactions_end_in_any_order_get_places_without_a_gap_that_never_change()
    {
        const int Writers = 16;
        await using var engine = await WebhookEngine.StartAsync(run);
        var copy = await engine.StartCopyAsync();
        await using var database = NpgsqlDataSource.Create(engine.Postgres);
        var open = new List<NpgsqlConnection>();
        for (var writer = 0; writer < Writers; writer++)
        {
            open.Add(await database.OpenConnectionAsync(TestContext.Current.CancellationToken));
            await ExecuteAsync(open[^1], "BEGIN");
            await WriteAsync(engine, open[^1], Guid.CreateVersion7());
        }

        // One in four is undone: its position in the table stays empty, and that must not show.
        var places = new Dictionary<Guid, long>();
        var committed = 0;
        foreach (var (turn, connection) in open.OrderBy(connection => open.IndexOf(connection) * 7 % Writers).Index())
        {
            var isUndone = turn % 4 == 3;
            await ExecuteAsync(connection, isUndone ? "ROLLBACK" : "COMMIT");
            committed += isUndone ? 0 : 1;

            await Task.WhenAll(engine.PublishAsync(), copy.RunAsync<PublishEventsJob>());
            await engine.PublishAsync();
            var feed = await engine.FeedAsync();
            Assert.Equal(Enumerable.Range(1, committed).Select(place => (long?)place), feed.Select(row => row.Sequence));
            Assert.All(places, known => Assert.Equal(known.Value, feed.Single(row => row.Id.Value == known.Key).Sequence));
            places = feed.ToDictionary(row => row.Id.Value, row => row.Sequence!.Value);
        }

        foreach (var connection in open)
        {
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task Many_writers_and_two_publishers_make_one_feed_and_one_delivery_for_each_event_and_endpoint()
    {
        const int Writers = 16;
        const int EventsOfEach = 12;
        await using var engine = await WebhookEngine.StartAsync(run);
        var copy = await engine.StartCopyAsync();
        var first = await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/"), WebhookSecret.Generate(), "call.started");
        var second = await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/"), WebhookSecret.Generate(), "call.started");
        await using var database = NpgsqlDataSource.Create(engine.Postgres);
        var resources = Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7()).ToList();
        var last = new Dictionary<Guid, int>();

        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var turn = 0; turn < EventsOfEach; turn++)
            {
                await using var connection = await database.OpenConnectionAsync();
                await ExecuteAsync(connection, "BEGIN");

                // Several write about one resource: under its lock, as a slice does.
                var resource = resources[writer % resources.Count];
                await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({writer % resources.Count})");
                int number;
                lock (last)
                {
                    number = last[resource] = last.GetValueOrDefault(resource) + 1;
                }

                await WriteAsync(engine, connection, resource, $"{number}");
                await ExecuteAsync(connection, "COMMIT");
            }
        })));
        do
        {
            await Task.WhenAll(engine.PublishAsync(), copy.RunAsync<PublishEventsJob>(), engine.PublishAsync(), copy.RunAsync<PublishEventsJob>());
        }
        while (!writing.IsCompleted);
        await writing;
        await engine.PublishAsync();

        var feed = await engine.FeedAsync();
        Assert.Equal(Enumerable.Range(1, Writers * EventsOfEach).Select(place => (long?)place), feed.Select(row => row.Sequence));
        foreach (var ofOne in feed.GroupBy(row => row.ResourceId))
        {
            Assert.Equal(Enumerable.Range(1, Writers / resources.Count * EventsOfEach).Select(number => $"{number}"), ofOne.Select(row => row.Data));
        }

        foreach (var endpoint in new[] { first, second })
        {
            Assert.Equal(feed.Select(row => row.Id).OrderBy(id => id.Value), (await engine.DeliveriesOfAsync(endpoint)).Select(delivery => delivery.EventId).OrderBy(id => id.Value));
        }
    }

    [Fact]
    public async Task A_publisher_that_fails_half_way_leaves_nothing_and_the_next_one_does_it_all()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var endpoint = await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/"), WebhookSecret.Generate(), "call.started");
        await engine.HappenAsync(3);
        await engine.Server.ExecuteSqlAsync("ALTER TABLE webhook_deliveries ADD CONSTRAINT none CHECK (false) NOT VALID");
        await engine.PublishAsync();
        Assert.Empty(await engine.FeedAsync());
        Assert.Empty(await engine.DeliveriesOfAsync(endpoint));
        await engine.Server.ExecuteSqlAsync("ALTER TABLE webhook_deliveries DROP CONSTRAINT none");

        // All three were given up for a second.
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        await engine.PublishAsync();
        await engine.PublishAsync();

        Assert.Equal([1L, 2L, 3L], (await engine.FeedAsync()).Select(row => row.Sequence!.Value));
        Assert.Equal(3, (await engine.DeliveriesOfAsync(endpoint)).Count);
    }

    [Fact]
    public async Task A_publisher_whose_connection_is_cut_leaves_its_work_to_another()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var copy = await engine.StartCopyAsync();
        var endpoint = await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/"), WebhookSecret.Generate(), "call.started");
        await engine.HappenAsync(3);
        await using var holding = await HoldAsync(engine, "LOCK TABLE webhook_deliveries IN SHARE MODE");
        var publishing = engine.PublishAsync();
        await WaitersAsync(holding, 1);

        await ExecuteAsync(holding, "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE NOT granted AND relation = 'webhook_deliveries'::regclass");
        await Assert.ThrowsAnyAsync<Exception>(() => publishing);
        await ExecuteAsync(holding, "ROLLBACK");
        Assert.Empty(await engine.FeedAsync());

        await copy.RunAsync<PublishEventsJob>();
        Assert.Equal([1L, 2L, 3L], (await engine.FeedAsync()).Select(row => row.Sequence!.Value));
        Assert.Equal(3, (await engine.DeliveriesOfAsync(endpoint)).Count);
    }

    [Fact]
    public async Task An_inactive_endpoint_gets_no_deliveries_and_does_not_catch_up()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        await using var receiver = await WebhookReceiver.StartAsync();
        var endpoint = await engine.AddEndpointAsync(receiver, "call.started");
        await SwitchAsync(engine, endpoint, row => row.SwitchOff(reason: null));
        await engine.HappenAsync(2);
        await engine.RunAllAsync();

        await SwitchAsync(engine, endpoint, row => row.SwitchOn());
        await engine.RunAllAsync();
        Assert.Empty(await engine.DeliveriesOfAsync(endpoint));

        await engine.HappenAsync(1);
        await engine.RunAllAsync();
        Assert.Single(receiver.Received);
        Assert.Equal(3, (await engine.FeedAsync()).Count);
    }

    [Fact]
    public async Task An_endpoint_that_is_being_switched_off_is_waited_for_and_passed_over()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var endpoint = await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/"), WebhookSecret.Generate(), "call.started");
        await engine.HappenAsync(1);
        await using var switching = await HoldAsync(engine, "UPDATE webhook_endpoints SET is_active = false");

        var publishing = engine.PublishAsync();
        await WaitersAsync(switching, 1);
        await ExecuteAsync(switching, "COMMIT");
        await publishing;

        Assert.Empty(await engine.DeliveriesOfAsync(endpoint));
        Assert.Single(await engine.FeedAsync());
    }

    [Fact]
    public async Task An_endpoint_that_is_switched_off_while_it_gets_deliveries_gives_them_up()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var endpoint = await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/"), WebhookSecret.Generate(), "call.started");
        await engine.HappenAsync(1);
        await engine.PublishAsync();
        var claimed = Assert.Single(await engine.ClaimAndDieAsync());
        await engine.HappenAsync(5);
        await using var holding = await HoldAsync(engine, "LOCK TABLE webhook_deliveries IN SHARE MODE");

        var publishing = engine.PublishAsync();
        await WaitersAsync(holding, 1);
        var recording = engine.RecordAsync(new AttemptResult(claimed, new WebhookAnswer(410, Error: null, TimeSpan.Zero, "", RetryAfter: null)));
        await WaitersAsync(holding, 2);
        await ExecuteAsync(holding, "COMMIT");
        await Task.WhenAll(publishing, recording);

        var deliveries = await engine.DeliveriesOfAsync(endpoint);
        Assert.Equal(6, deliveries.Count);
        Assert.All(deliveries, delivery => Assert.Equal("failed", delivery.Status));
    }

    [Fact]
    public async Task What_is_for_one_endpoint_alone_has_no_place_and_leaves_no_gap()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var endpoint = await engine.AddEndpointAsync(new Uri("http://127.0.0.1:9/"), WebhookSecret.Generate(), "call.started");
        await engine.HappenAsync(1);
        await engine.Tenant.AddAsync(OutboxEvent.Create(engine.Tenant.Organization.Id, Ping.Event, endpoint.Id.Value, new Ping(endpoint.Id), engine.Tenant.Now, isPrivate: true));
        await engine.HappenAsync(1);

        await engine.PublishAsync();

        Assert.Equal([(1L, "call.started"), (2L, "call.started")], (await engine.FeedAsync()).Select(row => (row.Sequence!.Value, row.Type)));
        Assert.Equal(2, (await engine.DeliveriesOfAsync(endpoint)).Count);
    }

    [Fact]
    public async Task What_waits_in_one_organization_does_not_hold_up_another()
    {
        await using var engine = await WebhookEngine.StartAsync(run);
        var other = await engine.Server.CreateTenantAsync();
        await engine.HappenAsync(2_500);
        await other.CreateContactAsync();

        // The thousand of a step are shared out among those that wait.
        await engine.Server.InScopeAsync<PublishEventsJob>(job => job.RunOnceAsync(TestContext.Current.CancellationToken));

        Assert.Equal(500, (await engine.FeedAsync()).Count);
        Assert.Equal(1, await engine.Server.InDatabaseAsync(db => db.Events.Where(row => row.OrganizationId == other.Organization.Id).Select(row => row.Sequence).SingleAsync()));
    }

    private static Task<int> SwitchAsync(WebhookEngine engine, WebhookEndpoint endpoint, Action<WebhookEndpoint> change) => engine.Server.InDatabaseAsync(async db =>
    {
        change(await db.WebhookEndpoints.SingleAsync(row => row.Id == endpoint.Id));
        return await db.SaveChangesAsync();
    });

    private static Task WriteAsync(WebhookEngine engine, NpgsqlConnection connection, Guid resource, string data = "0") => ExecuteAsync(
        connection,
        $"""
         INSERT INTO events (id, organization_id, type, resource_id, data, created_at, is_private)
         VALUES (gen_random_uuid(), '{engine.Tenant.Organization.Id.Value}', 'call.started', '{resource}', '{data}', '2026-06-01T10:00:00Z', false)
         """);

    /// <summary>A connection of the test's own with a transaction that has done this and stays open.</summary>
    private static async Task<NpgsqlConnection> HoldAsync(WebhookEngine engine, string sql)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(engine.Postgres) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await ExecuteAsync(connection, $"BEGIN; {sql}");
        return connection;
    }

    private static Task WaitersAsync(NpgsqlConnection connection, int count) => Patience.UntilAsync($"{count} wait for a lock", async () =>
    {
        // Else a transaction sees who was connected when it first asked.
        await ExecuteAsync(connection, "SELECT pg_stat_clear_snapshot()");
        await using var waiting = new NpgsqlCommand(
            "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())", connection);
        return (long)(await waiting.ExecuteScalarAsync())! == count;
    });

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // The test's own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
