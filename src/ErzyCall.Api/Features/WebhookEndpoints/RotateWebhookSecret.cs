using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>
/// Gives a webhook endpoint a new secret, which is shown in this answer and never again. The secret before it also signs for
/// <c>graceHours</c>, in <c>X-Webhook-Signature-Previous</c> and beside the new one in <c>webhook-signature</c>, and is then erased; a
/// still older one that was signing is erased at once.
/// </summary>
internal static class RotateWebhookSecret
{
    public static Task<Ok<Data<WebhookEndpointSecretResponse>>> HandleAsync(
        Id<WebhookEndpoint> webhookEndpointId,
        Query<RotateWebhookSecretQuery> query,
        Caller caller,
        ErzyCallDbContext db,
        Encryption encryption,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var endpoint = await db.LockOwnAsync(webhookEndpointId, caller, cancellationToken)
                    ?? throw new ApiException(WebhookEndpointRules.NotFound);
                var secret = WebhookSecret.Generate();
                endpoint.Rotate(secret.Encrypt(encryption), query.Value.Grace, clock.Now());
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(WebhookEndpointSecretResponse.Of(endpoint, secret)));
            },
            cancellationToken);
}

internal sealed record RotateWebhookSecretQuery(TimeSpan Grace) : IQueryParameters<RotateWebhookSecretQuery>
{
    private const int DefaultHours = 24;

    private static readonly Constraint<Given<int>> s_hours = Constraints.Integer(0, 168, DefaultHours);

    public static RotateWebhookSecretQuery Read(QueryReader query) => new(TimeSpan.FromHours(
        query.Read("graceHours", s_hours, "For how many hours the secret before also signs.") ?? DefaultHours));
}
