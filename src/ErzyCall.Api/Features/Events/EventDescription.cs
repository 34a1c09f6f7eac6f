using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using ErzyCall.Api.Platform.OpenApi;

namespace ErzyCall.Api.Features.Events;

/// <summary>A kind of event. All of them together are what can be subscribed to, and what the OpenAPI document describes.</summary>
/// <param name="Type">The name of the event, as <c>call.ended</c>.</param>
/// <param name="Tag">The tag of the routes that the event belongs to.</param>
/// <param name="Description">The occasion on which the event is sent, in a sentence.</param>
/// <param name="Data">The type of the event's <c>data</c>.</param>
/// <param name="Example">Fields of <c>data</c>, where the example of its type shows another state than this event tells of.</param>
internal sealed record EventDescription(string Type, string Tag, string Description, Type Data, JsonObject? Example)
{
    /// <summary>The event's name as part of a name of a schema or an operation: <c>call.ended</c> becomes "CallEnded".</summary>
    public string Name { get; } = string.Concat(Type.Split('.').Select(word =>
        word == "whatsapp" ? "WhatsApp" : $"{char.ToUpperInvariant(word[0])}{word[1..]}"));

    /// <summary>Whether an endpoint can subscribe to the event; if not, it is sent for a reason of its own.</summary>
    public bool IsSubscribable => EventType.All.Contains(Type);

    /// <summary>The form that a response or a webhook's body has which tells of this event.</summary>
    /// <param name="suffix">What the name of its schema ends with.</param>
    public SchemaVariant Variant(string suffix) => new(Type, $"{Name}{suffix}", Description, "data", Data, ExampleOfEvent());

    /// <summary>An event happens when what it is about was last changed.</summary>
    private JsonObject ExampleOfEvent()
    {
        var example = new JsonObject();
        if (Example is not null)
        {
            example["data"] = Example.DeepClone();
            if (Example["updatedAt"] is { } changed)
            {
                example["timestamp"] = changed.DeepClone();
            }
        }

        return example;
    }
}

internal static class EventDescriptions
{
    /// <summary>The field that tells events apart.</summary>
    public const string Discriminator = "event";

    /// <summary>Registers an event whose data is a <typeparamref name="TData"/>.</summary>
    /// <param name="example">
    /// A JSON object: fields of the data, where the example of its type shows another state than the event tells of.
    /// </param>
    public static IServiceCollection AddEventDescription<TData>(
        this IServiceCollection services,
        string type,
        string tag,
        string description,
        [StringSyntax(StringSyntaxAttribute.Json)] string? example = null) =>
        services.AddSingleton(
            new EventDescription(type, tag, description, typeof(TData), example is null ? null : JsonNode.Parse(example)!.AsObject()));
}
