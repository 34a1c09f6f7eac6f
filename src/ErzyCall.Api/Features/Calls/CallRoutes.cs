using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.Calls;

internal static class CallRoutes
{
    public static void MapCalls(this IEndpointRouteBuilder api)
    {
        var calls = api.MapGroup("/calls").WithTags("Calls");
        calls.MapGet("/", ListCalls.HandleAsync).RequireScope(Scopes.CallsRead);
        calls.MapPost("/", CreateCall.HandleAsync).RequireScope(Scopes.CallsWrite);
        calls.MapPost("/preview", PreviewCall.HandleAsync).RequireScope(Scopes.CallsRead);
        calls.MapGet("/{callId}", GetCall.HandleAsync).RequireScope(Scopes.CallsRead);
        calls.MapPost("/{callId}/cancel", CancelCall.HandleAsync).RequireScope(Scopes.CallsWrite);
    }
}
