using ErzyCall.Api.Platform.Metrics;
using ErzyCall.Api.Platform.Observability;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Events;

internal static class EventSetup
{
    public static void AddEvents(this IServiceCollection services, IConfiguration configuration)
    {
        services
            .AddJob<PublishEventsJob>()
            .AddJob<PurgeEventsJob>()
            .AddSingleton(static provider => new SchemaVariants(
                typeof(EventResponse),
                EventDescriptions.Discriminator,
                [.. provider.GetServices<EventDescription>().Where(known => known.IsSubscribable).Select(known => known.Variant("Event"))]))
            .AddDatabaseGauge(
                "erzycall.events.unpublished",
                "{event}",
                "Committed events that have no place in the feed yet.",
                static (db, _, cancellationToken) =>
                    db.Events.LongCountAsync(happened => happened.Sequence == null && !happened.IsPrivate, cancellationToken));
        if (MetricsSetup.IsEnabled(configuration))
        {
            services.AddSingleton<IHearsCommits, CommittedEvents>();
        }
    }
}
