using ErzyCall.Api.Features.Events;

namespace ErzyCall.Api.Features.WebhookEndpoints.Delivery;

/// <summary>The events that are sent to webhook endpoints: those that can be subscribed to, and that which tries out an endpoint.</summary>
[SchemaName("WebhookEventType")]
internal static class DeliveredEvent
{
    public static IReadOnlyList<string> All { get; } = [.. EventType.All, Ping.Event];
}

/// <summary>The states of a delivery.</summary>
[SchemaName("WebhookDeliveryStatus")]
internal static class DeliveryStatus
{
    /// <summary>The delivery waits for its next attempt, or for the answer to one.</summary>
    public const string Pending = "pending";

    /// <summary>The receiver has answered with a 2xx.</summary>
    public const string Delivered = "delivered";

    /// <summary>The delivery has failed: no more attempts are made, unless somebody asks for them.</summary>
    public const string Failed = "failed";

    public static IReadOnlyList<string> All { get; } = [Pending, Delivered, Failed];
}

/// <summary>One event for one endpoint, until it is taken or given up. A unique index allows one delivery for each pair.</summary>
/// <remarks>
/// Deliveries are made and moved by statements over many rows at once: <see cref="DeliveryQueue"/> and <see cref="DeliveryRecord"/>.
/// </remarks>
internal sealed class WebhookDelivery : IResource<WebhookDelivery>
{
    public static string IdPrefix => "dlv";

    public Id<WebhookDelivery> Id { get; init; }

    public Id<Owner> OrganizationId { get; init; }

    public Id<WebhookEndpoint> EndpointId { get; init; }

    public Id<OutboxEvent> EventId { get; init; }

    /// <summary>The event's name.</summary>
    public string Event { get; init; } = "";

    /// <summary>The id of what the event happened to: its events are sent in their order while nothing fails.</summary>
    public Guid ResourceId { get; init; }

    /// <summary>The event's <see cref="OutboxEvent.Position"/>.</summary>
    public long Position { get; init; }

    public string Status { get; init; } = DeliveryStatus.Pending;

    /// <summary>
    /// All attempts that were begun, oldest first. They are in the row itself: half of what it costs to deliver is what is written.
    /// </summary>
    public IReadOnlyList<DeliveryAttempt> Attempts { get; init; } = [];

    /// <summary>
    /// The number of attempts that failed or were never answered, since the delivery was first or last asked for: how far it has come in
    /// the <see cref="RetrySchedule"/>.
    /// </summary>
    public int Failures { get; init; }

    /// <summary>The time at which the next attempt is due, which during an attempt is still its own; <c>null</c> when none is.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>
    /// The end of the lease: until then the attempt in flight is its process's alone; <c>null</c> when none is in flight.
    /// </summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One attempt at a delivery. It is shown before it is made: while it is in flight, all but its time is <c>null</c>.</summary>
/// <param name="At">The time at which the attempt was begun.</param>
/// <param name="StatusCode">The HTTP status of the receiver's answer; <c>null</c> when there was no answer.</param>
/// <param name="Error">The reason why there was no answer; <c>null</c> when there was one.</param>
/// <param name="DurationMs">
/// The time from the look-up of the receiver's name to the end of its answer, in milliseconds; <c>null</c> when nobody knows.
/// </param>
/// <param name="ResponseBody">The first 2 KiB of the answer as text; <c>null</c> when there was no answer.</param>
[Example("""{"statusCode":200,"error":null,"durationMs":85}""")]
[SchemaName("WebhookDeliveryAttempt")]
internal sealed record DeliveryAttempt(DateTimeOffset At, int? StatusCode, string? Error, int? DurationMs, string? ResponseBody);
