using ErzyCall.Api.Features.Events;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

internal static class MessageEvents
{
    public const string Received = "whatsapp.message.received";
    public const string Status = "whatsapp.message.status";

    /// <summary>Writes the event of what has just happened to <paramref name="message"/>, in the same transaction.</summary>
    public static void AddEventOf(this ErzyCallDbContext db, Message message, string type, DateTimeOffset now) =>
        db.Events.Add(OutboxEvent.Create(message.OrganizationId, type, message.Id.Value, MessageResponse.Of(message), now));
}
