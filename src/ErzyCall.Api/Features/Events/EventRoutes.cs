using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Replica;

namespace ErzyCall.Api.Features.Events;

/// <summary>Everything that happened in the organization, in order and without gaps.</summary>
internal static class EventRoutes
{
    public static void MapEvents(this IEndpointRouteBuilder api)
    {
        var events = api.MapGroup("/events").WithTags("Events");
        events.MapGet("/", ListEvents.HandleAsync).RequireScope(Scopes.WebhooksRead).InOneStatement().FromReplica();
    }
}
