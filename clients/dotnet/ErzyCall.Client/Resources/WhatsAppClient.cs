namespace ErzyCall.Client;

/// <summary>Messages by WhatsApp.</summary>
public sealed class WhatsAppClient
{
    private readonly Transport _api;

    internal WhatsAppClient(Transport api) => _api = api;


    /// <summary>All of the organization's WhatsApp accounts, newest first, never with their secrets.</summary>
    public Task<IReadOnlyList<WhatsAppAccount>> ListAccountsAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.ListWhatsAppAccounts, Operations.ListWhatsAppAccounts.Path, query: null, cancellationToken);

    /// <summary>The templates that an account may send.</summary>
    public Task<IReadOnlyList<WhatsAppTemplate>> ListTemplatesAsync(string integrationId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(
            Operations.ListWhatsAppTemplates,
            Operations.ListWhatsAppTemplates.Path,
            new ListWhatsAppTemplatesQuery { IntegrationId = integrationId },
            cancellationToken);

    /// <summary>Queues a message, in a conversation or to a number, which begins one.</summary>
    public Task<WhatsAppMessage> SendAsync(SendWhatsAppMessageRequest message, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.SendWhatsAppMessage, Operations.SendWhatsAppMessage.Path, message, idempotencyKey, cancellationToken);

    /// <summary>The organization's conversations without their messages, newest activity first.</summary>
    public PagedList<WhatsAppConversationListItem> Conversations(ListWhatsAppConversationsQuery? query = null) =>
        _api.List(Operations.ListWhatsAppConversations, Operations.ListWhatsAppConversations.Path, query);

    /// <summary>One conversation, with its 50 newest messages.</summary>
    public Task<WhatsAppConversation> GetConversationAsync(string conversationId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetWhatsAppConversation, Operations.GetWhatsAppConversation.At(conversationId), query: null, cancellationToken);

    /// <summary>Says who answers in a conversation, or that it is over.</summary>
    public Task<WhatsAppConversation> UpdateConversationAsync(
        string conversationId, UpdateWhatsAppConversationRequest changes, CancellationToken cancellationToken = default) =>
        _api.SendAsync(
            Operations.UpdateWhatsAppConversation,
            Operations.UpdateWhatsAppConversation.At(conversationId),
            changes,
            idempotencyKey: null,
            cancellationToken);

    /// <summary>The messages of a conversation, newest first.</summary>
    public PagedList<WhatsAppMessage> Messages(string conversationId, ListWhatsAppMessagesQuery? query = null) =>
        _api.List(Operations.ListWhatsAppMessages, Operations.ListWhatsAppMessages.At(conversationId), query);
}
