using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.IntegrationTests.Local;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A server on a database of its own with one organization; the test moves its time and runs its jobs.</summary>
internal sealed class WebhookEngine : IAsyncDisposable
{
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["Webhooks:AllowPrivateTargets"] = "true" };

    private readonly List<TestServer> _copies = [];
    private TestServer? _server;
    private Tenant? _tenant;

    private WebhookEngine(TestRun run, string postgres, FakeTimeProvider clock) => (Run, Postgres, Clock) = (run, postgres, clock);

    public TestServer Server => _server!;

    public Tenant Tenant => _tenant!;

    /// <summary>That the test moves.</summary>
    public FakeTimeProvider Clock { get; }

    /// <summary>The connection string of its database.</summary>
    public string Postgres { get; }

    /// <summary>What its server has in flight.</summary>
    public InFlightDeliveries InFlight => InFlightOn(Server);

    private TestRun Run { get; }

    /// <param name="clock">One that starts on a day of June if none is given.</param>
    /// <param name="workers">Whether its jobs run by themselves.</param>
    public static async Task<WebhookEngine> StartAsync(TestRun run, FakeTimeProvider? clock = null, bool workers = false)
    {
        var engine = new WebhookEngine(run, await run.CreateDatabaseAsync(), clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero)));
        engine._server = await engine.StartServerAsync(workers);
        engine._tenant = await engine._server.CreateTenantAsync();
        return engine;
    }

    /// <summary>On a migrated database of the test's own, which it may stop; its jobs run by themselves and by the system's clock.</summary>
    public static async Task<WebhookEngine> StartAsync(TestRun run, string postgres)
    {
        var engine = new WebhookEngine(run, postgres, new FakeTimeProvider());
        engine._server = await run.StartServerAsync(new TestServerOptions { Postgres = postgres, Settings = Settings, Workers = true });
        engine._tenant = await engine._server.CreateTenantAsync();
        return engine;
    }

    /// <summary>Another copy of the server, on the same database and by the same clock.</summary>
    public async Task<TestServer> StartCopyAsync()
    {
        var copy = await StartServerAsync(workers: false);
        _copies.Add(copy);
        return copy;
    }

    /// <summary>An endpoint that has subscribed to these events.</summary>
    public Task<WebhookEndpoint> AddEndpointAsync(WebhookReceiver receiver, params string[] events) => AddEndpointAsync(receiver.Url, WebhookSecret.Generate(), events);

    public Task<WebhookEndpoint> AddEndpointAsync(Uri url, WebhookSecret secret, params string[] events) => Server.InDatabaseAsync(async db =>
    {
        var slot = await db.WebhookEndpoints.CountAsync(endpoint => endpoint.OrganizationId == Tenant.Organization.Id) + 1;
        var endpoint = WebhookEndpoint.Create(
            Tenant.Organization.Id,
            slot,
            url.ToString(),
            events,
            description: null,
            secret.Encrypt(Server.Services.GetRequiredService<Encryption>()),
            Tenant.Now);
        db.Add(endpoint);
        await db.SaveChangesAsync();
        return endpoint;
    });

    /// <summary>Something happens to a resource, as if its own slice had written it.</summary>
    public Task<OutboxEvent> HappenAsync(Guid resource, string type = "call.started", string data = "") =>
        Tenant.AddAsync(OutboxEvent.Create(Tenant.Organization.Id, type, resource, new Dictionary<string, string> { ["text"] = data }, Tenant.Now));

    /// <summary>The same many times, each to a resource of its own.</summary>
    public Task HappenAsync(int times) => Server.InDatabaseAsync(db =>
    {
        db.AddRange(Enumerable.Range(0, times).Select(number => OutboxEvent.Create(Tenant.Organization.Id, "call.started", Guid.CreateVersion7(Tenant.Now), number, Tenant.Now)));
        return db.SaveChangesAsync();
    });

    /// <summary>Publishes what has happened.</summary>
    public Task PublishAsync() => Server.RunAsync<PublishEventsJob>();

    /// <summary>Claims everything that is due and sends nothing, like a process that dies between the two.</summary>
    public Task<List<ClaimedDelivery>> ClaimAndDieAsync(bool isCrowded = false) => Server.InDatabaseAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var claimed = await db.ClaimAsync(await db.LockEndpointsInTurnAsync(isCrowded, [], Tenant.Now, CancellationToken.None), atMost: 100, isCrowded, [], Tenant.Now, CancellationToken.None);
        await transaction.CommitAsync();
        return claimed;
    });

    /// <summary>Records answers in one transaction, as the process that heard them does.</summary>
    public Task RecordAsync(params AttemptResult[] results) => Server.InDatabaseAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.RecordAsync(results, waitsForLocks: true, Tenant.Now, CancellationToken.None);
        await transaction.CommitAsync();
        return true;
    });

    /// <summary>Publishes what has happened, and makes every attempt that is due at this moment, to its end.</summary>
    public async Task RunAllAsync()
    {
        await PublishAsync();
        while (await Server.RunAsync<WebhookDeliveryJob>() > 0)
        {
            await WhenAnsweredAsync(Server);
        }
    }

    /// <summary>Waits until every attempt that a server has begun is over; its next step records them.</summary>
    public static Task WhenAnsweredAsync(TestServer server) =>
        Patience.UntilAsync("every attempt is over", () => InFlightOn(server).Unanswered == 0);

    /// <summary>The deliveries of an endpoint in their events' order.</summary>
    public Task<List<WebhookDelivery>> DeliveriesOfAsync(WebhookEndpoint endpoint) => Server.InDatabaseAsync(db =>
        db.WebhookDeliveries.AsNoTracking().Where(delivery => delivery.EndpointId == endpoint.Id).OrderBy(delivery => delivery.Position).ToListAsync());

    /// <summary>All attempts at an endpoint, oldest first.</summary>
    public async Task<List<DeliveryAttempt>> AttemptsOfAsync(WebhookEndpoint endpoint) =>
        [.. (await DeliveriesOfAsync(endpoint)).SelectMany(delivery => delivery.Attempts).OrderBy(attempt => attempt.At)];

    public Task<WebhookEndpoint> EndpointAsync(WebhookEndpoint endpoint) =>
        Server.InDatabaseAsync(db => db.WebhookEndpoints.AsNoTracking().SingleAsync(row => row.Id == endpoint.Id));

    /// <summary>Its event feed in order.</summary>
    public Task<List<OutboxEvent>> FeedAsync() => Server.InDatabaseAsync(db =>
        db.Events.AsNoTracking().Where(row => row.OrganizationId == Tenant.Organization.Id && row.Sequence != null).OrderBy(row => row.Sequence).ToListAsync());

    public async ValueTask DisposeAsync()
    {
        foreach (var copy in _copies)
        {
            await copy.DisposeAsync();
        }

        await Server.DisposeAsync();
    }

    private static InFlightDeliveries InFlightOn(TestServer server) => server.Services.GetRequiredService<InFlightDeliveries>();

    private Task<TestServer> StartServerAsync(bool workers) =>
        Run.StartServerAsync(new TestServerOptions { Postgres = Postgres, Clock = Clock, Settings = Settings, Workers = workers });
}
