using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.Usage;

/// <summary>The usage of the organization, to be billed or watched.</summary>
internal static class UsageRoutes
{
    public static void MapUsage(this IEndpointRouteBuilder api)
    {
        var usage = api.MapGroup("/usage").WithTags("Usage");
        usage.MapGet("/", GetUsage.HandleAsync).RequireScope(Scopes.UsageRead).InOneStatement();
    }
}
