using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.Assistants;

/// <summary>The assistants that speak: on calls that come in, and on calls that go out.</summary>
internal static class AssistantRoutes
{
    public static void MapAssistants(this IEndpointRouteBuilder api)
    {
        var inbound = api.MapGroup("/assistants/inbound").WithTags("Assistants");
        inbound.MapGet("/", ListInboundAssistants.HandleAsync).RequireScope(Scopes.AssistantsRead).InOneStatement();
        inbound.MapPost("/", CreateInboundAssistant.HandleAsync).RequireScope(Scopes.AssistantsWrite)
            .Refuses(ApiError.NoRoom(InboundAssistant.MaxCount, "inbound assistants"));
        inbound.MapGet("/{inboundAssistantId}", GetInboundAssistant.HandleAsync).RequireScope(Scopes.AssistantsRead).InOneStatement();
        inbound.MapPatch("/{inboundAssistantId}", UpdateInboundAssistant.HandleAsync).RequireScope(Scopes.AssistantsWrite);
        inbound.MapDelete("/{inboundAssistantId}", DeleteInboundAssistant.HandleAsync).RequireScope(Scopes.AssistantsWrite);

        var outbound = api.MapGroup("/assistants/outbound").WithTags("Assistants");
        outbound.MapGet("/", ListOutboundAssistants.HandleAsync).RequireScope(Scopes.AssistantsRead).InOneStatement();
        outbound.MapPost("/", CreateOutboundAssistant.HandleAsync).RequireScope(Scopes.AssistantsWrite)
            .Refuses(ApiError.NoRoom(OutboundAssistant.MaxCount, "outbound assistants"));
        outbound.MapGet("/{outboundAssistantId}", GetOutboundAssistant.HandleAsync).RequireScope(Scopes.AssistantsRead).InOneStatement();
        outbound.MapPatch("/{outboundAssistantId}", UpdateOutboundAssistant.HandleAsync).RequireScope(Scopes.AssistantsWrite);
        outbound.MapDelete("/{outboundAssistantId}", DeleteOutboundAssistant.HandleAsync).RequireScope(Scopes.AssistantsWrite);
    }
}
