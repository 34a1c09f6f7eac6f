using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Http;

namespace ErzyCall.Api.Features.Calls;

internal static class CallRoutes
{
    public static void MapCalls(this IEndpointRouteBuilder api)
    {
        var calls = api.MapGroup("/calls").WithTags("Calls");
        calls.MapGet("/", ListCalls.HandleAsync).RequireScope(Scopes.CallsRead);
        calls.MapPost("/", CreateCall.HandleAsync).RequireScope(Scopes.CallsWrite);
        calls.MapPost("/batch", CreateCalls.HandleAsync).RequireScope(Scopes.CallsWrite).WithMetadata(BodyLimit.Batch);
        calls.MapPost("/preview", PreviewCall.HandleAsync).RequireScope(Scopes.CallsRead);
        calls.MapGet("/{callId}", GetCall.HandleAsync).RequireScope(Scopes.CallsRead);
        calls.MapPost("/{callId}/cancel", CancelCall.HandleAsync).RequireScope(Scopes.CallsWrite);
    }
}
