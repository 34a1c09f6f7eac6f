using ErzyCall.Api.Features.Contacts;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Messages;

namespace ErzyCall.Api.Features.WhatsApp.Conversations;

/// <summary>Tells whether free text may be sent now, and until when.</summary>
/// <param name="Open">Whether free text may be sent now; when not, only a template.</param>
/// <param name="ExpiresAt">
/// The time until which free text may be sent, or might have been: 24 hours after the customer's last message. <c>null</c> when they have
/// never written.
/// </param>
[Example("""{"expiresAt":"2026-01-16T10:30:00.000Z"}""")]
[SchemaName("WhatsAppWindow")]
internal sealed record WindowResponse(bool Open, DateTimeOffset? ExpiresAt)
{
    public static WindowResponse Of(Conversation conversation, DateTimeOffset now) =>
        new(conversation.IsWindowOpenAt(now), conversation.WindowExpiresAt);
}

/// <summary>A conversation as lists show it: without its messages.</summary>
/// <inheritdoc cref="ConversationResponse"/>
[SchemaName("WhatsAppConversationListItem")]
internal sealed record ConversationListItem(
    Id<Conversation> Id,
    [property: OneOf(typeof(ConversationStatus))] string Status,
    string WaUserPhone,
    string? WaUserName,
    Id<Contact>? ContactId,
    Id<WhatsAppAccount> IntegrationId,
    string? LastMessagePreview,
    [property: OneOf(typeof(MessageDirection))] string? LastMessageDirection,
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

/// <summary>All that one account and one customer have written to each other, with the newest messages.</summary>
/// <param name="Status">Who answers in the conversation, if anybody does.</param>
/// <param name="WaUserPhone">The customer's number in E.164, as it was first given.</param>
/// <param name="WaUserName">The name by which the customer calls themselves; <c>null</c> until they have written.</param>
/// <param name="ContactId">
/// The contact with the customer's number, which is looked for when the conversation begins and whenever the customer writes; <c>null</c>
/// while there is none, and once the contact is deleted.
/// </param>
/// <param name="IntegrationId">The id of the WhatsApp account that the customer writes with.</param>
/// <param name="LastMessagePreview">
/// The first 100 characters of the newest message, or <c>[template]</c> and the name of its template; <c>null</c> while there is none.
/// </param>
/// <param name="LastMessageDirection">Whose the newest message is; <c>null</c> while there is none.</param>
/// <param name="LastMessageAt">The time of the newest message, by which lists are ordered.</param>
/// <param name="Window">Whether free text may be sent, or only a template.</param>
/// <param name="Messages">The 50 newest messages, oldest first.</param>
[SchemaName("WhatsAppConversation")]
internal sealed record ConversationResponse(
    Id<Conversation> Id,
    [property: OneOf(typeof(ConversationStatus))] string Status,
    string WaUserPhone,
    string? WaUserName,
    Id<Contact>? ContactId,
    Id<WhatsAppAccount> IntegrationId,
    string? LastMessagePreview,
    [property: OneOf(typeof(MessageDirection))] string? LastMessageDirection,
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
