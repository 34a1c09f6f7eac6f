using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Idempotency;

namespace ErzyCall.Api.Features.ApiKeys;

/// <summary>Make, list and revoke keys of the organization.</summary>
internal static class ApiKeyRoutes
{
    public static void MapApiKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/api-keys").WithTags("API keys");
        keys.MapGet("/", ListApiKeys.HandleAsync).RequireScope(Scopes.ApiKeysWrite).InOneStatement();
        keys.MapPost("/", CreateApiKey.HandleAsync).RequireScope(Scopes.ApiKeysWrite).WithMetadata(ReturnsSecret.Instance)
            .Refuses(ApiError.NoRoom(ApiKey.MaxActive, "active API keys"));
        keys.MapDelete("/{keyId}", RevokeApiKey.HandleAsync).RequireScope(Scopes.ApiKeysWrite);
    }
}
