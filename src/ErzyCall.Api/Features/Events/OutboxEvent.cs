using System.Text.Json;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Tracing;
using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.Events;

/// <summary>
/// Something that happened, written in the transaction in which it happened. Its data is frozen then and there: what an integrator
/// is told later is how things stood, not how they stand.
/// </summary>
internal sealed class OutboxEvent : IHasIdPrefix, IOwned, IMakesWork
{
    private Action<IServiceProvider>? _count;

    public static string IdPrefix => "evt";

    public Id<OutboxEvent> Id { get; private init; }

    /// <summary>
    /// A number that rises with every event. The events of one resource are written under that resource's row lock, so among them it is
    /// their order.
    /// </summary>
    public long Position { get; private init; }

    public Id<Owner> OrganizationId { get; private init; }

    /// <summary>
    /// The event's place in the organization's feed, from 1 on without a gap; <c>null</c> until it is published, and for ever when it is
    /// for one endpoint alone.
    /// </summary>
    public long? Sequence { get; private init; }

    /// <summary>Whether the event is for one webhook endpoint alone, to try it out, and not an event of the feed.</summary>
    public bool IsPrivate { get; private init; }

    /// <summary>The name of the event, as <c>call.ended</c>.</summary>
    public string Type { get; private init; } = "";

    /// <summary>The resource that the event happened to.</summary>
    public Guid ResourceId { get; private init; }

    /// <summary>The resource's list form as JSON, to the byte as it will be signed and sent.</summary>
    public string Data { get; private init; } = "";

    /// <summary>The span in which it happened, which its deliveries belong to; <c>null</c> when that was not recorded.</summary>
    public string? TraceParent { get; private init; }

    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Whether the event waits to be published.</summary>
    public bool MakesWork => Sequence is null && !IsPrivate;

    /// <param name="traceParent">The span that it follows from, when that is not the present one.</param>
    public static OutboxEvent Create<T>(
        Id<Owner> organizationId,
        string type,
        Guid resourceId,
        T data,
        DateTimeOffset now,
        bool isPrivate = false,
        string? traceParent = null) =>
        new()
        {
            Id = Id<OutboxEvent>.New(now),
            OrganizationId = organizationId,
            Type = type,
            ResourceId = resourceId,
            Data = JsonSerializer.Serialize(data, JsonSettings.Events),
            IsPrivate = isPrivate,
            TraceParent = traceParent ?? Spans.TraceParent,
            CreatedAt = now,
        };

    /// <summary>Has the event counted once it is committed: what is rolled back has not happened.</summary>
    /// <typeparam name="TMetrics">The instruments that count it.</typeparam>
    public OutboxEvent Counting<TMetrics>(Action<TMetrics>? count)
        where TMetrics : notnull
    {
        _count = count is null ? null : services => count(services.GetRequiredService<TMetrics>());
        return this;
    }

    /// <summary>Counts the event, which is committed now. To call it again changes nothing.</summary>
    public void Count(IServiceProvider services)
    {
        _count?.Invoke(services);
        _count = null;
    }
}
