namespace ErzyCall.Api.Features.Events;

/// <summary>A kind of event. All of them together are what can be subscribed to, and what the OpenAPI document describes.</summary>
/// <param name="Type">The name of the event, as <c>call.ended</c>.</param>
/// <param name="Tag">The tag of the routes that the event belongs to.</param>
/// <param name="Description">The occasion on which the event is sent, in a sentence.</param>
/// <param name="Data">The type of the event's <c>data</c>.</param>
/// <param name="IsSubscribable">Whether an endpoint can subscribe to the event; if not, it is sent for a reason of its own.</param>
internal sealed record EventDescription(string Type, string Tag, string Description, Type Data, bool IsSubscribable);

internal static class EventDescriptions
{
    /// <summary>Registers an event whose data is a <typeparamref name="TData"/>.</summary>
    public static IServiceCollection AddEventDescription<TData>(
        this IServiceCollection services, string type, string tag, string description, bool isSubscribable = true) =>
        services.AddSingleton(new EventDescription(type, tag, description, typeof(TData), isSubscribable));
}
