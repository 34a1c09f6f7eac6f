using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>
/// The deliveries to a webhook endpoint with their attempts, newest first. They are kept for as long as their events: 30 days.
/// </summary>
internal static class ListDeliveries
{
    public static async Task<Ok<Page<DeliveryResponse>>> HandleAsync(
        Id<WebhookEndpoint> webhookEndpointId,
        Query<ListDeliveriesQuery> query,
        Caller caller,
        IEnumerable<EventDescription> events,
        ErzyCallDbContext db,
        Cursors cursors,
        CancellationToken cancellationToken)
    {
        var filter = query.Value;
        if (filter.Event is { } name && events.All(description => description.Type != name))
        {
            var known = string.Join(", ", events.Select(description => description.Type));
            throw new ApiException(ApiError.InvalidQuery(new FieldError("event", $"Must be one of {known}")));
        }

        if (!await db.WebhookEndpoints.OwnedBy(caller).AnyAsync(row => row.Id == webhookEndpointId, cancellationToken))
        {
            throw new ApiException(WebhookEndpointRules.NotFound);
        }

        var list = new EndpointDeliveries(webhookEndpointId, filter.Status, filter.Event, filter.Page);
        var filters = FiltersOf(filter, db.WebhookDeliveries.OwnedBy(caller).Where(delivery => delivery.EndpointId == webhookEndpointId));
        return TypedResults.Ok(await filters.ToPageAsync(list, DeliveryResponse.FromDelivery, caller, cursors, cancellationToken));
    }

    private static List<ListFilter<WebhookDelivery>> FiltersOf(ListDeliveriesQuery query, IQueryable<WebhookDelivery> ofEndpoint)
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

internal sealed record ListDeliveriesQuery(string? Status, string? Event, PageRequest Page) : IQueryParameters<ListDeliveriesQuery>
{
    private static readonly Constraint<string> s_status = Constraints.OneOf(DeliveryStatus.All);
    private static readonly Constraint<string> s_event = Constraints.Text(1, 100);

    public static ListDeliveriesQuery Read(QueryReader query) =>
        new(query.Read("status", s_status), query.Read("event", s_event), query.Page());
}
