using ErzyCall.Api.Platform.OpenApi;

namespace ErzyCall.Api.Features.DoNotCall;

internal static class DoNotCallSetup
{
    public static void AddDoNotCall(this IServiceCollection services) =>
        services
            .AddScoped<LedgerWriter>()
            .AddExamples(new() { ["reason"] = "Asked not to be called" });
}
