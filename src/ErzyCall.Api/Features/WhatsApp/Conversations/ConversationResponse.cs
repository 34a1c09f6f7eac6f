using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <summary>Tells whether free text may be sent now, and until when.</summary>
internal sealed record WindowResponse(bool Open, DateTimeOffset? ExpiresAt)
{
    public static WindowResponse Of(Conversation conversation, DateTimeOffset now) =>
        new(conversation.IsWindowOpenAt(now), conversation.WindowExpiresAt);
}

/// <summary>A conversation as lists show it.</summary>
/// <param name="IntegrationId">The id of the WhatsApp account.</param>
internal sealed record ConversationListItem(
    Id<Conversation> Id,
    string Status,
    string WaUserPhone,
    string? WaUserName,
    Id<Contact>? ContactId,
    Id<WhatsAppAccount> IntegrationId,
    string? LastMessagePreview,
    string? LastMessageDirection,
    DateTimeOffset LastMessageAt,
    WindowResponse Window,
    DateTimeOffset CreatedAt)
{
    public static ConversationListItem Of(Conversation conversation, DateTimeOffset now) => new(
        conversation.Id,
        conversation.Status,
        conversation.WaUserPhone,
        conversation.WaUserName,
        conversation.ContactId,
        conversation.AccountId,
        conversation.LastMessagePreview,
        conversation.LastMessageDirection,
        conversation.LastMessageAt,
        WindowResponse.Of(conversation, now),
        conversation.CreatedAt);
}

/// <summary>A conversation with its newest messages, oldest first.</summary>
internal sealed record ConversationResponse(
    Id<Conversation> Id,
    string Status,
    string WaUserPhone,
    string? WaUserName,
    Id<Contact>? ContactId,
    Id<WhatsAppAccount> IntegrationId,
    string? LastMessagePreview,
    string? LastMessageDirection,
    DateTimeOffset LastMessageAt,
    WindowResponse Window,
    DateTimeOffset CreatedAt,
    IReadOnlyList<MessageResponse> Messages)
{
    public static ConversationResponse Of(ConversationListItem item, IReadOnlyList<MessageResponse> messages) => new(
        item.Id,
        item.Status,
        item.WaUserPhone,
        item.WaUserName,
        item.ContactId,
        item.IntegrationId,
        item.LastMessagePreview,
        item.LastMessageDirection,
        item.LastMessageAt,
        item.Window,
        item.CreatedAt,
        messages);
}
