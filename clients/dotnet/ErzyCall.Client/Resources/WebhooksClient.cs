namespace ErzyCall.Client;

/// <summary>The endpoints that events are sent to, and what was sent to them.</summary>
public sealed class WebhooksClient
{
    private readonly Transport _api;

    internal WebhooksClient(Transport api) => _api = api;

    /// <summary>Registers an endpoint. The answer has its secret, which is never shown again.</summary>
    public Task<WebhookEndpointWithSecret> CreateAsync(CreateWebhookEndpointRequest endpoint, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreateWebhookEndpoint, Operations.CreateWebhookEndpoint.Path, endpoint, idempotencyKey, cancellationToken);

    /// <summary>A webhook endpoint and how it fares.</summary>
    public Task<WebhookEndpointDetails> GetAsync(string webhookEndpointId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetWebhookEndpoint, Operations.GetWebhookEndpoint.At(webhookEndpointId), query: null, cancellationToken);

    /// <summary>Changes a webhook endpoint.</summary>
    public Task<WebhookEndpoint> UpdateAsync(string webhookEndpointId, UpdateWebhookEndpointRequest changes, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.UpdateWebhookEndpoint, Operations.UpdateWebhookEndpoint.At(webhookEndpointId), changes, idempotencyKey: null, cancellationToken);

    /// <summary>Deletes a webhook endpoint, its secret and its deliveries.</summary>
    public Task DeleteAsync(string webhookEndpointId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Operations.DeleteWebhookEndpoint, Operations.DeleteWebhookEndpoint.At(webhookEndpointId), cancellationToken);

    /// <summary>The organization's webhook endpoints, newest first, inactive ones included.</summary>
    public Task<IReadOnlyList<WebhookEndpoint>> ListAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.ListWebhookEndpoints, Operations.ListWebhookEndpoints.Path, query: null, cancellationToken);

    /// <summary>Makes a new secret; the one before it signs too for as many hours as you say.</summary>
    public Task<WebhookEndpointWithSecret> RotateSecretAsync(
        string webhookEndpointId, int? graceHours = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(
            Operations.RotateWebhookSecret,
            Operations.RotateWebhookSecret.At(webhookEndpointId),
            idempotencyKey,
            cancellationToken,
            new RotateWebhookSecretQuery { GraceHours = graceHours });

    /// <summary>Has a <c>ping</c> sent to the endpoint.</summary>
    public Task<WebhookDelivery> TestAsync(string webhookEndpointId, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.TestWebhookEndpoint, Operations.TestWebhookEndpoint.At(webhookEndpointId), idempotencyKey, cancellationToken);

    /// <summary>The deliveries to an endpoint, newest first.</summary>
    public PagedList<WebhookDelivery> Deliveries(string webhookEndpointId, ListWebhookDeliveriesQuery? query = null) =>
        _api.List(Operations.ListWebhookDeliveries, Operations.ListWebhookDeliveries.At(webhookEndpointId), query);

    /// <summary>Begins a delivery anew, whatever became of it: it is tried at once, and again by the whole schedule.</summary>
    public Task<WebhookDelivery> ResendAsync(string webhookEndpointId, string deliveryId, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.ResendWebhookDelivery, Operations.ResendWebhookDelivery.At(webhookEndpointId, deliveryId), idempotencyKey, cancellationToken);

    /// <summary>Has everything sent again that was given up since a time.</summary>
    public Task<WebhookRecovery> RecoverAsync(
        string webhookEndpointId, RecoverWebhookDeliveriesRequest since, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.RecoverWebhookDeliveries, Operations.RecoverWebhookDeliveries.At(webhookEndpointId), since, idempotencyKey, cancellationToken);
}
