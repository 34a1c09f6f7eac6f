using System.Linq.Expressions;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Pagination;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>A message to or from a customer, the same in lists and in events.</summary>
/// <param name="ConversationId">The conversation that the message is a part of.</param>
/// <param name="Direction">Who has written the message.</param>
/// <param name="Type">What the message is made of; what a customer writes is always <c>text</c>.</param>
/// <param name="Text">The words of a text; <c>null</c> for a template.</param>
/// <param name="Template">
/// The template and its values; <c>null</c> for a text. It is the fallback template when that was sent in place of the text.
/// </param>
/// <param name="Status">How far the message has come. A customer's message is <c>delivered</c>.</param>
/// <param name="Error">Why the message failed; <c>null</c> when it has not.</param>
/// <param name="SentAt">
/// The time at which Meta had the message; of a customer's, the time at which they wrote it. <c>null</c> while it is not sent.
/// </param>
/// <param name="DeliveredAt">
/// The time at which the message reached the customer's phone; of a customer's, the time at which it came in. <c>null</c> while it has not.
/// </param>
/// <param name="ReadAt">
/// The time at which the customer opened the message; <c>null</c> while that is not known, and for a customer's own message.
/// </param>
[Example("""{"direction":"outbound","template":null,"status":"read","error":null}""")]
[SchemaName("WhatsAppMessage")]
internal sealed record MessageResponse(
    Id<Message> Id,
    Id<Conversation> ConversationId,
    [property: OneOf(typeof(MessageDirection))] string Direction,
    [property: OneOf(typeof(MessageType))] string Type,
    TextContent? Text,
    TemplateContent? Template,
    [property: OneOf(typeof(MessageStatus))] string Status,
    MessageError? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? SentAt,
    DateTimeOffset? DeliveredAt,
    DateTimeOffset? ReadAt) : IListed<Message>
{
    /// <summary>Makes the response of a message. It is an expression, so that a list reads from the database only what it shows.</summary>
    public static Expression<Func<Message, MessageResponse>> FromMessage { get; } = message => new MessageResponse(
        message.Id,
        message.ConversationId,
        message.Direction,
        message.Type,
        message.Text,
        message.Template,
        message.Status,
        message.Error,
        message.CreatedAt,
        message.SentAt,
        message.DeliveredAt,
        message.ReadAt);

    public static Func<Message, MessageResponse> Of { get; } = FromMessage.Compile();
}
