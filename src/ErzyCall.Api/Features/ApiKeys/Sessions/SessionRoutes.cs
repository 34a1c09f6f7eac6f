using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.ApiKeys.Sessions;

/// <summary>Begin and end a session: for pages of this server, and for no program, which sends its key with every request.</summary>
internal static class SessionRoutes
{
    public static void MapSessions(this IEndpointRouteBuilder console)
    {
        console.MapPost("/session", BeginSession.HandleAsync).RequireAnyKey();
        console.MapDelete("/session", EndSession.HandleAsync);
    }
}
