using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.Api.Features;

/// <summary>The events that the feed has and that webhook endpoints can subscribe to. Later versions may add some.</summary>
internal static class EventType
{
    public static IReadOnlyList<string> All { get; } =
    [
        CallEvents.Scheduled,
        CallEvents.Started,
        CallEvents.Ended,
        CallEvents.Failed,
        CallEvents.Report,
        CallEvents.Cancelled,
        ContactEvents.Created,
        ContactEvents.Updated,
        ContactEvents.Deleted,
        MessageEvents.Received,
        MessageEvents.Status,
    ];
}
