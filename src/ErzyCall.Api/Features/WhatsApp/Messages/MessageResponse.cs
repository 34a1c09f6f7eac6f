using System.Linq.Expressions;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Platform.Pagination;

namespace ErzyCall.Api.Features.WhatsApp.Messages;

/// <summary>A message as the API shows it, in lists and in events too.</summary>
internal sealed record MessageResponse(
    Id<Message> Id,
    Id<Conversation> ConversationId,
    string Direction,
    string Type,
    TextContent? Text,
    TemplateContent? Template,
    string Status,
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
