using ErzyCall.Api.Platform.OpenApi;

namespace ErzyCall.Api.Features.Assistants;

internal static class AssistantSetup
{
    public static void AddAssistants(this IServiceCollection services) => services.AddExamples(new()
    {
        ["systemPrompt"] = "You are the assistant of a dental practice.",
    });
}
