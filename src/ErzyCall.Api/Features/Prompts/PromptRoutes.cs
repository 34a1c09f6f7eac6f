using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.Prompts;

/// <summary>The library of system prompts that cases and inbound assistants point into.</summary>
internal static class PromptRoutes
{
    public static void MapPrompts(this IEndpointRouteBuilder api)
    {
        var prompts = api.MapGroup("/prompts").WithTags("Prompts");
        prompts.MapGet("/", ListPrompts.HandleAsync).RequireScope(Scopes.AssistantsRead).InOneStatement();
        prompts.MapPost("/", CreatePrompt.HandleAsync).RequireScope(Scopes.AssistantsWrite);
        prompts.MapGet("/{promptId}", GetPrompt.HandleAsync).RequireScope(Scopes.AssistantsRead).InOneStatement();
        prompts.MapPatch("/{promptId}", UpdatePrompt.HandleAsync).RequireScope(Scopes.AssistantsWrite);
        prompts.MapDelete("/{promptId}", DeletePrompt.HandleAsync).RequireScope(Scopes.AssistantsWrite).Refuses(ApiError.InUse);
    }
}
