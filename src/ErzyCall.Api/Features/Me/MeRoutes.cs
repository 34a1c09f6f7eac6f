using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.Me;

/// <summary>The key itself: its organization, scopes and limits.</summary>
internal static class MeRoutes
{
    public static void MapMe(this IEndpointRouteBuilder api)
    {
        var me = api.MapGroup("/me").WithTags("Me");
        me.MapGet("/", GetMe.Handle).RequireAnyKey().InOneStatement();
    }
}
