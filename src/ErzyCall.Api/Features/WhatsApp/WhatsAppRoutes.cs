using ErzyCall.Api.Features.DoNotCall;
using ErzyCall.Api.Features.WhatsApp.Accounts;
using ErzyCall.Api.Features.WhatsApp.Conversations;
using ErzyCall.Api.Features.WhatsApp.Messages;
using ErzyCall.Api.Platform.Authorization;
using ErzyCall.Api.Platform.Replica;

namespace ErzyCall.Api.Features.WhatsApp;

/// <summary>Write with customers on WhatsApp.</summary>
internal static class WhatsAppRoutes
{
    public const string Tag = "WhatsApp";

    public static void MapWhatsApp(this IEndpointRouteBuilder api)
    {
        var whatsApp = api.MapGroup("/whatsapp").WithTags(Tag);
        whatsApp.MapGet("/accounts", ListAccounts.HandleAsync).RequireScope(Scopes.WhatsAppRead).InOneStatement();
        whatsApp.MapGet("/conversations", ListConversations.HandleAsync).RequireScope(Scopes.WhatsAppRead).InOneStatement().FromReplica();
        whatsApp.MapGet("/conversations/{conversationId}", GetConversation.HandleAsync).RequireScope(Scopes.WhatsAppRead);
        whatsApp.MapPatch("/conversations/{conversationId}", UpdateConversation.HandleAsync).RequireScope(Scopes.WhatsAppWrite);
        whatsApp.MapGet("/conversations/{conversationId}/messages", ListMessages.HandleAsync)
            .RequireScope(Scopes.WhatsAppRead).FromReplica();
        whatsApp.MapPost("/messages", SendMessage.HandleAsync).RequireScope(Scopes.WhatsAppWrite)
            .Refuses(
                DoNotCallErrors.OptedOut,
                SendMessage.WindowClosed,
                SendMessage.SimulatedAccount);
        whatsApp.MapGet("/templates", ListTemplates.HandleAsync).RequireScope(Scopes.WhatsAppRead).AsksOutside()
            .Refuses(ApiError.NotFound("WhatsApp account"), SendMessage.SimulatedAccount);
    }
}
