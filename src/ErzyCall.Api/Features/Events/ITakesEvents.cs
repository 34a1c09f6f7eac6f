namespace ErzyCall.Api.Features.Events;

/// <summary>A receiver of events as they are published.</summary>
internal interface ITakesEvents
{
    /// <summary>
    /// Takes events in the transaction that publishes them: what is made of them is there exactly when they have their places.
    /// </summary>
    Task TakeAsync(IReadOnlyList<PublishedEvent> events, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>An event that has its place in the feed now.</summary>
internal sealed record PublishedEvent(Guid Id, Guid OrganizationId, string Type);
