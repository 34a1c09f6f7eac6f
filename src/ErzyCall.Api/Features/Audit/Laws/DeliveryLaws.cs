using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;

namespace ErzyCall.Api.Features.Audit.Laws;

/// <summary>Every event is on its way to the endpoints that have subscribed to it, until it is delivered or given up.</summary>
internal static class DeliveryLaws
{
    public static IReadOnlyList<AuditLaw> All { get; } =
    [
        // The events that an endpoint had before its last change are not known. An endpoint that was made while an event was being
        // published may have no delivery of it.
        AuditLaw.For<OutboxEvent>(
            "delivery-made",
            "A published event has a delivery for every endpoint that was active and subscribed to it when it happened.",
            """
            SELECT DISTINCT event.id FROM webhook_endpoints AS endpoint
            JOIN events AS event ON event.organization_id = endpoint.organization_id AND event.type = ANY (endpoint.events)
              AND event.sequence IS NOT NULL AND event.created_at >= @kept AND event.created_at > endpoint.subscribed_at + @slack
            WHERE endpoint.is_active AND (@organization IS NULL OR endpoint.organization_id = @organization)
              AND NOT EXISTS (SELECT FROM webhook_deliveries WHERE event_id = event.id AND endpoint_id = endpoint.id)
            """),
        AuditLaw.For<WebhookDelivery>(
            "delivery-state",
            "A delivery that is pending has a time for its next attempt; one that is over has none, and is nobody's.",
            """
            SELECT id FROM webhook_deliveries
            WHERE id >= @since_id AND (@organization IS NULL OR organization_id = @organization)
              AND ((status = 'pending') <> (next_attempt_at IS NOT NULL) OR (status <> 'pending' AND leased_until IS NOT NULL))
            """),
        AuditLaw.For<WebhookDelivery>(
            "delivery-answered",
            "Of a delivery that counts as delivered, an attempt was answered 2xx.",
            """
            SELECT id FROM webhook_deliveries
            WHERE id >= @since_id AND status = 'delivered' AND (@organization IS NULL OR organization_id = @organization)
              AND NOT attempts @? '$[*] ? (@.statusCode >= 200 && @.statusCode <= 299)'
            """),
        AuditLaw.For<WebhookDelivery>(
            "delivery-inactive-endpoint",
            "Nothing but a ping waits for an endpoint that is switched off.",
            $"""
             SELECT delivery.id FROM webhook_endpoints AS endpoint
             JOIN webhook_deliveries AS delivery ON delivery.endpoint_id = endpoint.id
               AND delivery.status = 'pending' AND delivery.event <> '{Ping.Event}'
             WHERE NOT endpoint.is_active AND (@organization IS NULL OR endpoint.organization_id = @organization)
             """),
        AuditLaw.For<WebhookDelivery>(
            "delivery-lease",
            "No attempt takes longer than its lease, and a lost one is made again.",
            """
            SELECT delivery.id FROM webhook_deliveries AS delivery
            JOIN webhook_endpoints AS endpoint ON endpoint.id = delivery.endpoint_id
            WHERE delivery.status = 'pending' AND delivery.leased_until IS NOT NULL
              AND (@organization IS NULL OR delivery.organization_id = @organization)
              AND (delivery.leased_until > @longest_delivery_lease OR (endpoint.is_active AND delivery.leased_until < @lost_delivery))
            """),
    ];
}
