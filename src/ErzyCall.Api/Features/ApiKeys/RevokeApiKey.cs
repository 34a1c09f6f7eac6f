using ErzyCall.Api.Platform.Time;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ErzyCall.Api.Features.ApiKeys;

/// <summary>
/// Revokes a key from the next request on, for good. The key stays in the list; revoking it again changes nothing. A key can always revoke
/// itself, and another key only when it holds all scopes of that key: else 403 <c>INSUFFICIENT_SCOPE</c>.
/// </summary>
internal static class RevokeApiKey
{
    public static async Task<NoContent> HandleAsync(
        Id<ApiKey> keyId, Caller caller, ErzyCallDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var key = await db.ApiKeys.OwnedBy(caller).SingleOrDefaultAsync(row => row.Id == keyId, cancellationToken)
            ?? throw new ApiException(ApiError.NotFound("API key"));
        if (key.Id.Value != caller.KeyId.Value && key.Scopes.FirstOrDefault(scope => !caller.Holds(scope)) is { } missing)
        {
            throw new ApiException(ApiError.InsufficientScope(missing));
        }

        key.Revoke(clock.Now());
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
