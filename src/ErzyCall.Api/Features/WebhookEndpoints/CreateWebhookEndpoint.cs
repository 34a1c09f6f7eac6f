using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Secrets;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>
/// Makes a webhook endpoint. The events that happen from now on are sent to it, signed with the secret in this answer, which is shown here
/// and never again. A sixth endpoint of an organization is 422 <c>MAX_ENDPOINTS</c>.
/// </summary>
internal static class CreateWebhookEndpoint
{
    public static Task<Created<Data<WebhookEndpointSecretResponse>>> HandleAsync(
        Body<CreateWebhookEndpointRequest> body,
        Caller caller,
        ErzyCallDbContext db,
        Encryption encryption,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                await db.LockSetAsync<WebhookEndpoint>(caller, cancellationToken);
                var taken = await db.WebhookEndpoints.OwnedBy(caller).Select(row => row.Slot).ToListAsync(cancellationToken);
                if (Enumerable.Range(1, WebhookEndpoint.MaxEndpoints).Except(taken).ToList() is not [var slot, ..])
                {
                    throw new ApiException(WebhookEndpointRules.TooMany);
                }

                var request = body.Value;
                var secret = WebhookSecret.Generate();
                var endpoint = WebhookEndpoint.Create(
                    caller.OrganizationId,
                    slot,
                    request.Url,
                    [.. request.Events],
                    request.Description,
                    secret.Encrypt(encryption),
                    clock.Now());
                db.WebhookEndpoints.Add(endpoint);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Created(
                    $"{ApiPath.V1}/webhooks/{endpoint.Id}", Data.Of(WebhookEndpointSecretResponse.Of(endpoint, secret)));
            },
            cancellationToken);
}

/// <summary>The webhook endpoint to be made.</summary>
/// <inheritdoc cref="WebhookEndpointDetailsResponse"/>
internal sealed record CreateWebhookEndpointRequest
{
    /// <summary>
    /// The address that deliveries are posted to: an absolute <c>https://</c> URL of at most 2,048 ASCII characters, without credentials
    /// and fragment, whose host is on the public Internet. Ports of well-known services that are not HTTP are refused. The operator of the
    /// server may have allowed <c>http://</c> and other hosts.
    /// </summary>
    public required string Url { get; init; }

    public required IReadOnlyList<string> Events { get; init; }

    [Lines]
    public string? Description { get; init; }
}

internal sealed class CreateWebhookEndpointValidator : AbstractValidator<CreateWebhookEndpointRequest>
{
    public CreateWebhookEndpointValidator(IOptions<WebhookOptions> options)
    {
        RuleFor(endpoint => endpoint.Url).Required().Is(WebhookEndpointRules.Target(options.Value));
        RuleFor(endpoint => endpoint.Events).Required().Is(WebhookEndpointRules.Subscriptions);
        RuleFor(endpoint => endpoint.Description).Is(Constraints.Lines(0, WebhookEndpoint.MaxDescription));
    }
}
