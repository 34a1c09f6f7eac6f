using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Events;

internal static class EventSetup
{
    public static void AddEvents(this IServiceCollection services) =>
        services.AddJob<PublishEventsJob>().AddJob<ForgetEventsJob>();
}
