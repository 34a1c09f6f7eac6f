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
        whatsApp.MapGet("/accounts", ListWhatsAppAccounts.HandleAsync).RequireScope(Scopes.WhatsAppRead).InOneStatement();
        whatsApp.MapGet("/conversations", ListWhatsAppConversations.HandleAsync)
            .RequireScope(Scopes.WhatsAppRead)
            .InOneStatement()
            .FromReplica();
        whatsApp.MapGet("/conversations/{conversationId}", GetWhatsAppConversation.HandleAsync).RequireScope(Scopes.WhatsAppRead);
        whatsApp.MapPatch("/conversations/{conversationId}", UpdateWhatsAppConversation.HandleAsync).RequireScope(Scopes.WhatsAppWrite);
        whatsApp.MapGet("/conversations/{conversationId}/messages", ListWhatsAppMessages.HandleAsync)
            .RequireScope(Scopes.WhatsAppRead).FromReplica();
        whatsApp.MapPost("/messages", SendWhatsAppMessage.HandleAsync).RequireScope(Scopes.WhatsAppWrite)
            .Refuses(
                DoNotCallErrors.OptedOut,
                SendWhatsAppMessage.WindowClosed,
                SendWhatsAppMessage.SimulatedAccount);
        whatsApp.MapGet("/templates", ListWhatsAppTemplates.HandleAsync).RequireScope(Scopes.WhatsAppRead).AsksOutside()
            .Refuses(ApiError.NotFound("WhatsApp account"), SendWhatsAppMessage.SimulatedAccount);
    }
}
