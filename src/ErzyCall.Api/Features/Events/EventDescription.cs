namespace ErzyCall.Api.Features.Events;

/// <summary>A kind of event: all of them together are what can be subscribed to, and what the OpenAPI document tells of.</summary>
/// <param name="Type">Its name: <c>call.ended</c>.</param>
/// <param name="Tag">The tag of the routes that it belongs to.</param>
/// <param name="Description">When it is sent.</param>
/// <param name="Data">The type of its <c>data</c>.</param>
/// <param name="IsSubscribable">Whether an endpoint may ask for it; else it is sent for a reason of its own.</param>
internal sealed record EventDescription(string Type, string Tag, string Description, Type Data, bool IsSubscribable);

internal static class EventDescriptions
{
    /// <summary>Makes known an event whose data is a <typeparamref name="TData"/>.</summary>
    public static IServiceCollection AddEventDescription<TData>(
        this IServiceCollection services, string type, string tag, string description, bool isSubscribable = true) =>
        services.AddSingleton(new EventDescription(type, tag, description, typeof(TData), isSubscribable));
}
