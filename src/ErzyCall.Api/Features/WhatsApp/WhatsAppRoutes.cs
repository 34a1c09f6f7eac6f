using ErzyCall.Api.Platform.Authorization;

namespace ErzyCall.Api.Features.WhatsApp;

internal static class WhatsAppRoutes
{
    public static void MapWhatsApp(this IEndpointRouteBuilder api)
    {
        var whatsApp = api.MapGroup("/whatsapp").WithTags("WhatsApp");
        whatsApp.MapGet("/accounts", ListAccounts.HandleAsync).RequireScope(Scopes.WhatsAppRead);
        whatsApp.MapGet("/conversations", ListConversations.HandleAsync).RequireScope(Scopes.WhatsAppRead);
        whatsApp.MapGet("/conversations/{conversationId}", GetConversation.HandleAsync).RequireScope(Scopes.WhatsAppRead);
        whatsApp.MapPatch("/conversations/{conversationId}", UpdateConversation.HandleAsync).RequireScope(Scopes.WhatsAppWrite);
        whatsApp.MapGet("/conversations/{conversationId}/messages", ListMessages.HandleAsync).RequireScope(Scopes.WhatsAppRead);
        whatsApp.MapPost("/messages", SendMessage.HandleAsync).RequireScope(Scopes.WhatsAppWrite);
        whatsApp.MapGet("/templates", ListTemplates.HandleAsync).RequireScope(Scopes.WhatsAppRead);
    }
}
