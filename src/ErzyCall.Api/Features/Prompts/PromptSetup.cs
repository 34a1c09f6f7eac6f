using ErzyCall.Api.Platform.OpenApi;

namespace ErzyCall.Api.Features.Prompts;

internal static class PromptSetup
{
    public static void AddPrompts(this IServiceCollection services) => services.AddExamples(new()
    {
        ["text"] = "You are the assistant of a dental practice.",
    });
}
