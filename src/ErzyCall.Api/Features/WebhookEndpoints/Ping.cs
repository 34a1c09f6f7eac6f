namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>The data of the event that tries out an endpoint. It cannot be subscribed to and is in no feed.</summary>
/// <param name="WebhookId">The id of the endpoint that is tried out.</param>
[SchemaName("PingData")]
internal sealed record Ping(Id<WebhookEndpoint> WebhookId)
{
    public const string Event = "ping";
}
