using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ErzyCall.IntegrationTests.Server;

/// <summary>A server on a database of its own with one organization; the test moves its time and runs its jobs.</summary>
internal sealed class WebhookEngine : IAsyncDisposable
{
    private static readonly Dictionary<string, string> s_settings = new() { ["Webhooks:AllowPrivateTargets"] = "true" };

    private TestServer? _server;
    private Tenant? _tenant;

    private WebhookEngine()
    {
    }

    public TestServer Server => _server!;

    public Tenant Tenant => _tenant!;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));

    public static async Task<WebhookEngine> StartAsync(TestRun run)
    {
        var engine = new WebhookEngine();
        engine._server = await run.StartServerAsync(new TestServerOptions { Clock = engine.Clock, Settings = s_settings });
        engine._tenant = await engine._server.CreateTenantAsync();
        return engine;
    }

    /// <summary>An endpoint that has subscribed to these events.</summary>
    public Task<WebhookEndpoint> AddEndpointAsync(WebhookReceiver receiver, params string[] events) => Server.InDatabaseAsync(async db =>
    {
        var slot = await db.WebhookEndpoints.CountAsync(endpoint => endpoint.OrganizationId == Tenant.Organization.Id) + 1;
        var secret = Server.Services.GetRequiredService<EndpointSecrets>().Protect(WebhookSecret.Generate());
        var endpoint = WebhookEndpoint.Create(Tenant.Organization.Id, slot, receiver.Url.ToString(), events, description: null, secret, Tenant.Now);
        db.Add(endpoint);
        await db.SaveChangesAsync();
        return endpoint;
    });

    /// <summary>Publishes what has happened.</summary>
    public Task PublishAsync() => Server.RunAsync<PublishEventsJob>();

    /// <summary>Publishes what has happened, and makes every attempt that is due at this moment, to its end.</summary>
    public async Task RunAllAsync()
    {
        await PublishAsync();
        while (await Server.RunAsync<WebhookDeliveryJob>() > 0)
        {
            await Server.Services.GetRequiredService<DeliveriesUnderWay>().WhenIdleAsync();
        }
    }

    /// <summary>The deliveries of an endpoint in their events' order.</summary>
    public Task<List<WebhookDelivery>> DeliveriesOfAsync(WebhookEndpoint endpoint) => Server.InDatabaseAsync(db =>
        db.WebhookDeliveries.AsNoTracking().Where(delivery => delivery.EndpointId == endpoint.Id).OrderBy(delivery => delivery.Position).ToListAsync());

    /// <summary>All attempts at an endpoint, oldest first.</summary>
    public Task<List<DeliveryAttempt>> AttemptsOfAsync(WebhookEndpoint endpoint) => Server.InDatabaseAsync(db =>
        db.WebhookAttempts.AsNoTracking()
            .Where(attempt => db.WebhookDeliveries.Any(delivery => delivery.Id == attempt.DeliveryId && delivery.EndpointId == endpoint.Id))
            .OrderBy(attempt => attempt.At).ThenBy(attempt => attempt.Number)
            .ToListAsync());

    public Task<WebhookEndpoint> EndpointAsync(WebhookEndpoint endpoint) =>
        Server.InDatabaseAsync(db => db.WebhookEndpoints.AsNoTracking().SingleAsync(row => row.Id == endpoint.Id));

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
