using ErzyCall.Api.Platform.OpenApi;

namespace ErzyCall.Api.Features.Cases;

internal static class CaseSetup
{
    public static void AddCases(this IServiceCollection services) => services.AddExamples(new()
    {
        ["name"] = "Appointment reminder",
        ["description"] = "Reminds of an appointment",
        ["prompt"] = "Remind the customer of the appointment.",
        ["defaultValue"] = "there",
        ["toolIds"] = "calendar",
        ["keyterms"] = "Lovelace",
    });
}
