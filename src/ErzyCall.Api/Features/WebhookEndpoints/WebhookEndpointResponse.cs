using System.Linq.Expressions;
using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Pagination;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>A webhook endpoint as lists show it: never with its secret.</summary>
/// <inheritdoc cref="WebhookEndpointDetailsResponse"/>
internal sealed record WebhookEndpointResponse(
    Id<WebhookEndpoint> Id,
    string Url,
    [property: OneOf(typeof(EventType))] IReadOnlyList<string> Events,
    bool IsActive,
    string? Description,
    DateTimeOffset CreatedAt)
{
    public static WebhookEndpointResponse Of(WebhookEndpoint endpoint) =>
        new(endpoint.Id, endpoint.Url, endpoint.Events, endpoint.IsActive, endpoint.Description, endpoint.CreatedAt);
}

/// <summary>A webhook endpoint with a secret that has just been made. The secret is shown here and never again.</summary>
/// <inheritdoc cref="WebhookEndpointDetailsResponse"/>
/// <param name="Secret">
/// The secret that deliveries are signed with: <c>whsec_</c> and 32 bytes in base 64. Keep it where the receiver verifies them.
/// </param>
[SchemaName("WebhookEndpointWithSecret")]
internal sealed record WebhookEndpointSecretResponse(
    Id<WebhookEndpoint> Id,
    string Url,
    [property: OneOf(typeof(EventType))] IReadOnlyList<string> Events,
    bool IsActive,
    string? Description,
    DateTimeOffset CreatedAt,
    string Secret)
{
    public static WebhookEndpointSecretResponse Of(WebhookEndpoint endpoint, WebhookSecret secret) =>
        new(endpoint.Id, endpoint.Url, endpoint.Events, endpoint.IsActive, endpoint.Description, endpoint.CreatedAt, secret.Text);
}

/// <summary>A webhook endpoint and how it fares.</summary>
/// <param name="Url">The address that deliveries are posted to.</param>
/// <param name="Events">The names of the events that are sent to the endpoint.</param>
/// <param name="IsActive">
/// Whether events are sent to the endpoint. The server itself switches off one that has answered 410, or has only failed for five days.
/// </param>
/// <param name="Description">What the endpoint is for, in your own words; <c>null</c> when nothing was said.</param>
/// <param name="DisabledReason">
/// The reason why the server switched the endpoint off; <c>null</c> while it is active and when its owner switched it off.
/// </param>
/// <param name="Last24Hours">The endpoint's deliveries that were made in the last 24 hours, counted by their status now.</param>
[Example("""{"disabledReason":null,"last24Hours":{"delivered":120,"failed":0,"pending":1}}""")]
internal sealed record WebhookEndpointDetailsResponse(
    Id<WebhookEndpoint> Id,
    string Url,
    [property: OneOf(typeof(EventType))] IReadOnlyList<string> Events,
    bool IsActive,
    string? Description,
    DateTimeOffset CreatedAt,
    string? DisabledReason,
    DeliveryCounts Last24Hours);

/// <summary>Deliveries to an endpoint, counted by their status.</summary>
/// <param name="Delivered">Those that the receiver has answered with a 2xx.</param>
/// <param name="Failed">Those of which no more attempts are made, unless somebody asks for them.</param>
/// <param name="Pending">Those that wait for their next attempt, or for the answer to one.</param>
[SchemaName("WebhookDeliveryCounts")]
internal sealed record DeliveryCounts(int Delivered, int Failed, int Pending);

/// <summary>One event for one webhook endpoint, until it is taken or given up.</summary>
/// <param name="EventId">The event's id, the same at every endpoint and on every attempt: the header <c>webhook-id</c>.</param>
/// <param name="Event">The event's name: one that can be subscribed to, or <c>ping</c>.</param>
/// <param name="Status">What has become of the delivery so far.</param>
/// <param name="Attempts">The attempts, oldest first.</param>
/// <param name="NextAttemptAt">The time at which the next attempt is due; <c>null</c> when none is.</param>
[Example("""{"status":"delivered","nextAttemptAt":null}""")]
[SchemaName("WebhookDelivery")]
internal sealed record DeliveryResponse(
    Id<WebhookDelivery> Id,
    Id<OutboxEvent> EventId,
    [property: OneOf(typeof(DeliveredEvent))] string Event,
    [property: OneOf(typeof(DeliveryStatus))] string Status,
    IReadOnlyList<DeliveryAttempt> Attempts,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset CreatedAt) : IListed<WebhookDelivery>
{
    public static Expression<Func<WebhookDelivery, DeliveryResponse>> FromDelivery { get; } = delivery => new DeliveryResponse(
        delivery.Id,
        delivery.EventId,
        delivery.Event,
        delivery.Status,
        delivery.Attempts,
        delivery.NextAttemptAt,
        delivery.CreatedAt);
}

internal static class WebhookReading
{
    private static readonly TimeSpan s_counted = TimeSpan.FromHours(24);

    /// <summary>The endpoint as its GET shows it.</summary>
    /// <exception cref="ApiException"><c>NOT_FOUND</c>.</exception>
    public static async Task<WebhookEndpointDetailsResponse> ShowEndpointAsync(
        this ErzyCallDbContext db, Id<WebhookEndpoint> id, Caller caller, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var endpoint = await db.WebhookEndpoints.OwnedBy(caller).AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken)
            ?? throw new ApiException(WebhookEndpointRules.NotFound);
        var counted = await db.WebhookDeliveries.OwnedBy(caller)
            .Where(delivery => delivery.EndpointId == id && delivery.CreatedAt > now - s_counted)
            .GroupBy(delivery => delivery.Status)
            .Select(status => new { status.Key, Count = status.Count() })
            .ToDictionaryAsync(status => status.Key, status => status.Count, cancellationToken);
        return new WebhookEndpointDetailsResponse(
            endpoint.Id,
            endpoint.Url,
            endpoint.Events,
            endpoint.IsActive,
            endpoint.Description,
            endpoint.CreatedAt,
            endpoint.DisabledReason,
            new DeliveryCounts(
                counted.GetValueOrDefault(DeliveryStatus.Delivered),
                counted.GetValueOrDefault(DeliveryStatus.Failed),
                counted.GetValueOrDefault(DeliveryStatus.Pending)));
    }

    /// <summary>The one delivery among these, as it is shown.</summary>
    public static Task<DeliveryResponse> ShowDeliveryAsync(
        this IQueryable<WebhookDelivery> delivery, CancellationToken cancellationToken) =>
        delivery.Select(DeliveryResponse.FromDelivery).SingleAsync(cancellationToken);
}
