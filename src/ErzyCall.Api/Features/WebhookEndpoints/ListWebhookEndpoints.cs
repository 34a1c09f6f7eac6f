using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Pagination;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.WebhookEndpoints;

/// <summary>The organization's webhook endpoints, newest first, inactive ones included.</summary>
internal static class ListWebhookEndpoints
{
    public static async Task<Ok<Data<List<WebhookEndpointResponse>>>> HandleAsync(
        Caller caller, ErzyCallDbContext db, CancellationToken cancellationToken)
    {
        var endpoints = await db.WebhookEndpoints.OwnedBy(caller).AsNoTracking().NewestFirst().ToListAsync(cancellationToken);
        return TypedResults.Ok(Data.Of(endpoints.ConvertAll(WebhookEndpointResponse.Of)));
    }
}
