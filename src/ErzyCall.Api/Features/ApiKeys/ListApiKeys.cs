using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Pagination;
using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.ApiKeys;

/// <summary>The organization's keys, newest first, revoked and expired ones included. None is shown with its secret.</summary>
internal static class ListApiKeys
{
    public static async Task<Ok<Data<List<ApiKeyResponse>>>> HandleAsync(
        Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var keys = await db.ApiKeys.OwnedBy(caller).AsNoTracking().NewestFirst().ToListAsync(cancellationToken);
        var now = clock.Now();
        return TypedResults.Ok(Data.Of(keys.ConvertAll(key => ApiKeyResponse.Of(key, now))));
    }
}
