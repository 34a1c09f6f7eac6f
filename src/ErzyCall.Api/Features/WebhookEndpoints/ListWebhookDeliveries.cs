using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>
/// The deliveries to a webhook endpoint with their attempts, newest first. They are kept for as long as their events: 30 days.
/// </summary>
internal static class ListWebhookDeliveries
{
    public static async Task<Ok<Page<DeliveryResponse>>> HandleAsync(
        Id<WebhookEndpoint> webhookEndpointId,
        Query<ListWebhookDeliveriesQuery> query,
        Caller caller,
        ErzyCallDbContext db,
        Cursors cursors,
        CancellationToken cancellationToken)
    {
        var filter = query.Value;
        if (!await db.WebhookEndpoints.OwnedBy(caller).AnyAsync(row => row.Id == webhookEndpointId, cancellationToken))
        {
            throw new ApiException(WebhookEndpointRules.NotFound);
        }

        var list = new EndpointDeliveries(webhookEndpointId, filter.Status, filter.Event, filter.Page);
        var filters = FiltersOf(filter, db.WebhookDeliveries.OwnedBy(caller).Where(delivery => delivery.EndpointId == webhookEndpointId));
        return TypedResults.Ok(await filters.ToPageAsync(list, DeliveryResponse.FromDelivery, caller, cursors, cancellationToken));
    }

    private static List<ListFilter<WebhookDelivery>> FiltersOf(ListWebhookDeliveriesQuery query, IQueryable<WebhookDelivery> ofEndpoint)
    {
        var deliveries = ofEndpoint.Select(
            delivery => new Listed<WebhookDelivery> { Id = delivery.Id, CreatedAt = delivery.CreatedAt, Row = delivery });
        var filters = new List<ListFilter<WebhookDelivery>>();
        if (query.Status is { } status)
        {
            filters.Add(ListFilter<WebhookDelivery>.On(deliveries, delivery => delivery.Row.Status == status));
        }

        if (query.Event is { } type)
        {
            filters.Add(ListFilter<WebhookDelivery>.On(deliveries, delivery => delivery.Row.Event == type));
        }

        return filters is [] ? [new(_ => true, deliveries)] : filters;
    }

    /// <summary>The list that a cursor is bound to: one endpoint's deliveries.</summary>
    private sealed record EndpointDeliveries(Id<WebhookEndpoint> EndpointId, string? Status, string? Event, PageRequest Page) : IPagedQuery;
}

/// <param name="Status">The status that a delivery must have.</param>
/// <param name="Event">The name of the event that a delivery must be of, as <c>call.ended</c> or <c>ping</c>.</param>
internal sealed record ListWebhookDeliveriesQuery(string? Status, string? Event, PageRequest Page)
    : IQueryParameters<ListWebhookDeliveriesQuery>
{
    private static readonly Constraint<string> s_status = Constraints.OneOf(DeliveryStatus.All);
    private static readonly Constraint<string> s_event = Constraints.OneOf(DeliveredEvent.All);

    public static ListWebhookDeliveriesQuery Read(QueryReader query) =>
        new(query.Read("status", s_status), query.Read("event", s_event), query.Page());
}
