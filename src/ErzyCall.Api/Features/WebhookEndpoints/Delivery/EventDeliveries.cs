using ErzyCall.Api.Features.Events;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>Makes a delivery of each published event for each endpoint that has subscribed to it.</summary>
internal sealed class EventDeliveries(ErzyCallDbContext db) : ITakesEvents
{
    public async Task TakeAsync(IReadOnlyList<PublishedEvent> events, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var byOrganization = events.ToLookup(happened => happened.OrganizationId);
        var organizations = byOrganization.Select(ofOne => ofOne.Key).ToList();

        // The endpoints are locked, so that one which is being switched off either is passed over here or finds here what it must give up.
        var endpoints = await db.WebhookEndpoints
            .FromSql($"SELECT * FROM webhook_endpoints WHERE organization_id = ANY ({organizations}) AND is_active ORDER BY id FOR SHARE")
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        var pairs = endpoints
            .SelectMany(endpoint => byOrganization[endpoint.OrganizationId.Value]
                .Where(happened => endpoint.Events.Contains(happened.Type))
                .Select(happened => (happened.Id, endpoint.Id)))
            .ToList();
        if (pairs.Count > 0)
        {
            await db.EnqueueAsync(pairs, now, cancellationToken);
        }
    }
}
