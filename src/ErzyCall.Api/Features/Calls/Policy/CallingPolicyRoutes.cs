using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.Calls.Policy;

/// <summary>When phones may ring, and how often.</summary>
internal static class CallingPolicyRoutes
{
    public static void MapCallingPolicy(this IEndpointRouteBuilder api)
    {
        var policy = api.MapGroup("/calling-policy").WithTags("Calling policy");
        policy.MapGet("/", GetCallingPolicy.HandleAsync).RequireScope(Scopes.CallingPolicyRead).InOneStatement();
        policy.MapPatch("/", UpdateCallingPolicy.HandleAsync).RequireScope(Scopes.CallingPolicyWrite);
    }
}
