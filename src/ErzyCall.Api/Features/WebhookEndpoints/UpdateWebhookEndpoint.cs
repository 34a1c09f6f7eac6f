using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Features.WebhookEndpoints.Delivery;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Time;
using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>
/// Changes a webhook endpoint. What is waiting for it goes to the new <c>url</c>. Switched off, it gets nothing more, also not what was
/// waiting for it; switched on again, it gets what happens from then on. What it has missed is sent by
/// <c>POST /webhooks/{id}/recover</c>.
/// </summary>
internal static class UpdateWebhookEndpoint
{
    public static Task<Ok<Data<WebhookEndpointResponse>>> HandleAsync(
        Id<WebhookEndpoint> webhookEndpointId,
        Patch<UpdateWebhookEndpointRequest> patch,
        IfMatch ifMatch,
        Caller caller,
        ErzyCallDbContext db,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        db.Database.InTransactionAsync(
            async () =>
            {
                var endpoint = await db.LockOwnAsync(webhookEndpointId, caller, cancellationToken)
                    ?? throw new ApiException(WebhookEndpointRules.NotFound);
                await ifMatch.CheckAsync(() => db.ShowEndpointAsync(webhookEndpointId, caller, clock.Now(), cancellationToken));

                var change = patch.Value;
                endpoint.MoveTo(change.Url.Or(endpoint.Url));
                endpoint.Events = change.Events.Or(endpoint.Events);
                endpoint.Description = change.Description.Or(endpoint.Description);
                await SwitchAsync(endpoint, change.IsActive.Value ?? endpoint.IsActive, caller, db, cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
                return TypedResults.Ok(Data.Of(WebhookEndpointResponse.Of(endpoint)));
            },
            cancellationToken);

    private static async Task SwitchAsync(
        WebhookEndpoint endpoint, bool isActive, Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        // An endpoint that is not switched keeps the reason why it is off, or since when it has been failing.
        if (endpoint.IsActive == isActive)
        {
            return;
        }

        if (isActive)
        {
            endpoint.SwitchOn();
            return;
        }

        endpoint.SwitchOff(reason: null);
        await db.WebhookDeliveries.OwnedBy(caller).Where(delivery => delivery.EndpointId == endpoint.Id).GiveUpAsync(cancellationToken);
    }
}

/// <summary>What is to change of a webhook endpoint: fields that are left out stay as they are.</summary>
/// <inheritdoc cref="CreateWebhookEndpointRequest"/>
internal sealed record UpdateWebhookEndpointRequest
{
    public Optional<string> Url { get; init; }

    public Optional<IReadOnlyList<string>> Events { get; init; }

    [Lines]
    public Optional<string> Description { get; init; }

    /// <summary>
    /// Whether events are sent to the endpoint. <c>false</c> also gives up what is waiting for it; <c>true</c> sends nothing that it has
    /// missed.
    /// </summary>
    public Optional<bool?> IsActive { get; init; }
}

internal sealed class UpdateWebhookEndpointValidator : AbstractValidator<UpdateWebhookEndpointRequest>
{
    public UpdateWebhookEndpointValidator(IOptions<WebhookOptions> options)
    {
        RuleFor(endpoint => endpoint.Url).NotCleared().Is(WebhookEndpointRules.Target(options.Value));
        RuleFor(endpoint => endpoint.Events).NotCleared().Is(WebhookEndpointRules.Subscriptions);
        RuleFor(endpoint => endpoint.Description).Is(Constraints.Lines(0, WebhookEndpoint.MaxDescription));
        RuleFor(endpoint => endpoint.IsActive).NotCleared();
    }
}
