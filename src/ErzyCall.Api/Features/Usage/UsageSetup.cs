using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Usage;

internal static class UsageSetup
{
    public static void AddUsage(this IServiceCollection services) => services.AddJob<AddUpUsageJob>();
}
